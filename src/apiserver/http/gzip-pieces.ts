import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { combineCrc32 } from './crc32-combine.ts';

interface Deflated {
  readonly bytes: Buffer;
  readonly crc: number;
}

const deflateAsync = promisify<Uint8Array, object, Buffer>(deflateRaw);
/** The fastest level, as kube-apiserver's; the flush ends a piece on a byte and leaves the stream open. */
const options = { level: 1, finishFlush: constants.Z_SYNC_FLUSH };

/** Deflated forms of pieces that are sent again as they are, such as the blocks of a list. */
const known = new WeakMap<Uint8Array, Promise<Deflated>>();

const deflated = (piece: Uint8Array): Promise<Deflated> => {
  let made = known.get(piece);
  if (!made) {
    made = deflateAsync(piece, options).then((bytes) => ({ bytes, crc: crc32(piece) }));
    known.set(piece, made);
    made.catch(() => known.delete(piece));
  }
  return made;
};

/** RFC 1952: magic, deflate, no flags, no time, fastest, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);
/** A last block of nothing. */
const lastBlock = Buffer.from([3, 0]);

/** One gzip stream of the pieces one after the other, compressed beside the main thread; each piece that comes again only once. */
export const gzipPieces = async (pieces: readonly Uint8Array[]): Promise<readonly Uint8Array[]> => {
  const parts = await Promise.all(pieces.map(deflated));
  let crc = 0;
  let size = 0;
  for (const [index, part] of parts.entries()) {
    const { length } = pieces[index]!;
    crc = combineCrc32(crc, part.crc, length);
    size += length;
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  return [header, ...parts.map(({ bytes }) => bytes), lastBlock, trailer];
};
