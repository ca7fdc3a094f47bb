import { parseJson } from '../apimachinery/json/exact-json.ts';
import { TransportError } from './transport.ts';

const newline = 0x0a;
/** A frame is one object; servers accept bodies of 3 MiB, so this leaves ample room. */
const maxFrameBytes = 64 * 1024 * 1024;

const view = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/**
 * Cuts a byte stream into newline-delimited JSON values, whatever the chunk boundaries. Bytes are copied only for frames that span chunks.
 * @throws TransportError when a frame is not JSON, is cut short by the end of the stream, or exceeds 64 MiB
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, void> {
  let partial: Buffer[] = [];
  let partialBytes = 0;
  for await (const bytes of chunks) {
    const chunk = view(bytes);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const rest = chunk.subarray(start, end);
      const frame = partial.length === 0 ? rest : Buffer.concat([...partial, rest]);
      start = end + 1;
      if (partial.length > 0) {
        partial = [];
        partialBytes = 0;
      }
      if (frame.length > 0) yield parseFrame(frame);
    }
    if (start < chunk.length) {
      partial.push(chunk.subarray(start));
      partialBytes += chunk.length - start;
      if (partialBytes > maxFrameBytes) throw new TransportError(`watch frame exceeds ${maxFrameBytes} bytes`);
    }
  }
  if (partial.length > 0) {
    const frame = Buffer.concat(partial);
    if (frame.toString('utf8').trim() !== '') yield parseFrame(frame);
  }
}

function parseFrame(frame: Buffer): unknown {
  try {
    return parseJson(frame.toString('utf8'));
  } catch (cause) {
    throw new TransportError(`watch frame is not JSON: ${frame.toString('utf8', 0, 80)}`, { cause });
  }
}
