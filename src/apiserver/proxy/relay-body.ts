import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ResponseSink, Trailers } from '../http/exchange.ts';
import { endToEnd } from './end-to-end.ts';

/** What the backend said after the body. */
const trailersOf = (incoming: Readable): Trailers | undefined => {
  const said = endToEnd('trailersDistinct' in incoming ? (incoming as IncomingMessage).trailersDistinct : {});
  return Object.keys(said).length > 0 ? said : undefined;
};

/** Writes an answer's body as it comes, no faster than the reader takes it. One that breaks off ends the reader's too, as broken. */
export const relayBody = async (incoming: Readable, sink: ResponseSink): Promise<void> => {
  try {
    await pipeline(incoming, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) if (!sink.write(chunk)) await sink.drained();
    });
    sink.end(trailersOf(incoming));
  } catch {
    if (sink.cut) sink.cut();
    else sink.end();
  }
};
