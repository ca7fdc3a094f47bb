import { ConnectionError, errorCode, frameFlag, StreamError } from './frames.ts';
import type { Http2Stream } from './stream.ts';

export const protocol = (message: string): ConnectionError => new ConnectionError(errorCode.protocol, message);
export const wrongSize = (what: string): ConnectionError => new ConnectionError(errorCode.frameSize, `${what} of a wrong size`);

/** A payload without its padding. @throws ConnectionError */
export const unpadded = (flags: number, payload: Buffer): Buffer => {
  if ((flags & frameFlag.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined) throw wrongSize('a padded frame');
  if (padding >= payload.length) throw protocol('more padding than there are bytes');
  return payload.subarray(1, payload.length - padding);
};

/** A body is as long as its headers say. @throws StreamError */
export const checkLength = ({ id, received, head: { length } }: Http2Stream, isLast: boolean): void => {
  if (length === undefined) return;
  if (received > length || (isLast && received < length)) {
    throw new StreamError(id, errorCode.protocol, 'the body is not as long as content-length says');
  }
};
