import type { Writable } from 'node:stream';

/** Of one write. */
export const bufferBytes = 128 * 1024;
/** However many sockets are slow, no more than so many are held. */
const maxBuffers = 128;
/** Smaller writes come out of Node's own pool. */
const smallBytes = 4096;

let made = 0;
const free: Buffer[] = [];

const takeBuffer = (): Buffer | undefined => {
  const buffer = free.pop();
  if (buffer || made === maxBuffers) return buffer;
  made++;
  return Buffer.allocUnsafeSlow(bufferBytes);
};

/** Up to `bufferBytes`. */
const writeOnce = (socket: Writable, pieces: readonly Uint8Array[], bytes: number, written?: () => void): void => {
  const buffer = bytes <= smallBytes ? undefined : takeBuffer();
  if (!buffer) {
    socket.write(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, bytes), written);
    return;
  }
  let size = 0;
  for (const piece of pieces) {
    buffer.set(piece, size);
    size += piece.length;
  }
  socket.write(buffer.subarray(0, size), () => {
    free.push(buffer);
    written?.();
  });
};

/**
 * Copies pieces into memory that is used again as soon as the socket has taken them: new memory for each write is garbage by the megabyte.
 * Calls back when the socket has taken the last.
 */
export const writePieces = (socket: Writable, pieces: readonly Uint8Array[], bytes: number, written: () => void): void => {
  if (bytes <= bufferBytes) {
    writeOnce(socket, pieces, bytes, written);
    return;
  }
  let group: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    // Bodies come in frames: no piece is larger than one.
    if (size + piece.length > bufferBytes) {
      writeOnce(socket, group, size);
      group = [];
      size = 0;
    }
    group.push(piece);
    size += piece.length;
  }
  writeOnce(socket, group, size, written);
};
