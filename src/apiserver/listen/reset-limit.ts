import { constants } from 'node:http2';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';

/** So many streams of one connection may be reset in the period: a client that does it on and on wants work that nobody reads. */
const maxResets = 1000;
const periodMilliseconds = 10_000;

/** With more streams open, or reset lately, a new one is served only once it is known that it was not reset in the same breath. */
const manyStreams = 100;
const manyResets = 20;

/**
 * Ends connections whose streams are reset as fast as they are opened (CVE-2023-44487). The returned function hears of each stream, and
 * tells whether to look again before it is served.
 */
export const limitResets = (now: () => number): ((stream: ServerHttp2Stream) => boolean) => {
  const counts = new WeakMap<Http2Session, { resets: number; since: number; open: number }>();
  return (stream) => {
    const { session } = stream;
    if (!session) return false;
    let count = counts.get(session);
    if (!count) counts.set(session, (count = { resets: 0, since: now(), open: 0 }));
    const known = count;
    stream.once('close', () => {
      known.open--;
      if (stream.rstCode !== constants.NGHTTP2_CANCEL) return;
      if (now() - known.since > periodMilliseconds) Object.assign(known, { resets: 0, since: now() });
      if (++known.resets > maxResets && !session.destroyed) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    });
    return ++known.open > manyStreams || known.resets > manyResets;
  };
};
