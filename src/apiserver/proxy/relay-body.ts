import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ResponseSink } from '../http/exchange.ts';

/** Writes an answer's body as it comes, no faster than the reader takes it. One that breaks off ends the reader's too, as broken. */
export const relayBody = async (incoming: Readable, sink: ResponseSink): Promise<void> => {
  try {
    await pipeline(incoming, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) if (!sink.write(chunk)) await sink.drained();
    });
    sink.end();
  } catch {
    if (sink.cut) sink.cut();
    else sink.end();
  }
};
