import { constants } from 'node:http2';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';

/** So many streams of one connection may be reset in the period: a client that does it on and on wants work that nobody reads. */
const maxResets = 1000;
const periodMilliseconds = 10_000;

/** Ends connections whose streams are reset as fast as they are opened (CVE-2023-44487). */
export const limitResets = (now: () => number): ((stream: ServerHttp2Stream) => void) => {
  const counts = new WeakMap<Http2Session, { resets: number; since: number }>();
  return (stream) => {
    const { session } = stream;
    if (!session) return;
    stream.once('close', () => {
      if (stream.rstCode !== constants.NGHTTP2_CANCEL) return;
      let count = counts.get(session);
      if (!count || now() - count.since > periodMilliseconds) counts.set(session, (count = { resets: 0, since: now() }));
      if (++count.resets > maxResets && !session.destroyed) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    });
  };
};
