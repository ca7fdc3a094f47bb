import { ConnectionError, errorCode, type Frame, frameFlag, frameType, maxFrameBytes, maxWindow } from './frames.ts';
import { HeaderDecoder } from './header-decoder.ts';
import { protocol, unpadded, wrongSize } from './mistakes.ts';
import { HeadReader, maxHeaderBytes } from './request-headers.ts';

/** Headers may be sent in so many pieces. */
const maxContinuations = 64;

interface Pending {
  readonly stream: number;
  readonly isLast: boolean;
  readonly dependsOnItself: boolean;
  readonly pieces: Buffer[];
  bytes: number;
}

/** A stream's headers, or its trailers. */
export interface HeaderBlock {
  readonly stream: number;
  /** The stream ends with them. */
  readonly isLast: boolean;
  readonly dependsOnItself: boolean;
  readonly headers: HeadReader;
}

/** Puts headers together from the frames that they are sent in. One for each connection. */
export class HeaderBlocks {
  readonly #decoder = new HeaderDecoder();
  #pending: Pending | undefined;

  /** The stream whose headers have begun and not ended: nothing else may be sent meanwhile. */
  get open(): number | undefined {
    return this.#pending?.stream;
  }

  /** Of HEADERS or CONTINUATION; undefined when there is more to come. @throws ConnectionError */
  take(frame: Frame): HeaderBlock | undefined {
    if (frame.type === frameType.headers) this.#begin(frame);
    else this.#continue(frame);
    return (frame.flags & frameFlag.endHeaders) === 0 ? undefined : this.#finish();
  }

  #begin({ flags, stream, payload }: Frame): void {
    if (stream % 2 === 0) throw protocol(`stream ${stream}: clients open odd ones`);
    let piece = unpadded(flags, payload);
    let dependsOnItself = false;
    if ((flags & frameFlag.priority) !== 0) {
      if (piece.length < 5) throw wrongSize('HEADERS');
      dependsOnItself = (piece.readUInt32BE(0) & maxWindow) === stream;
      piece = piece.subarray(5);
    }
    // What ends in this frame is read at once; the rest must outlast it.
    if ((flags & frameFlag.endHeaders) === 0) piece = Buffer.from(piece);
    this.#pending = { stream, isLast: (flags & frameFlag.endStream) !== 0, dependsOnItself, pieces: [piece], bytes: piece.length };
  }

  #continue({ payload }: Frame): void {
    const block = this.#pending;
    if (!block) throw protocol('there is nothing to continue');
    block.pieces.push(Buffer.from(payload));
    block.bytes += payload.length;
    if (block.bytes > maxHeaderBytes + maxFrameBytes || block.pieces.length > maxContinuations) {
      throw new ConnectionError(errorCode.enhanceYourCalm, 'headers do not end');
    }
  }

  #finish(): HeaderBlock | undefined {
    const block = this.#pending;
    if (!block) return undefined;
    this.#pending = undefined;
    const { stream, isLast, dependsOnItself, pieces, bytes } = block;
    const headers = new HeadReader(stream);
    this.#decoder.decode(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, bytes), headers.take);
    return { stream, isLast, dependsOnItself, headers };
  }
}
