import { decodeProtobuf } from '../../src/api/protobuf.ts';
import type { Json } from '../../src/apimachinery/meta/object.ts';

/** The fields of a message whose fields are all length-delimited, by their numbers. */
const fieldsOf = (message: Buffer): Map<number, Buffer> => {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    const length = readVarint();
    fields.set(tag >> 3, message.subarray(at, at + length));
    at += length;
  }
  return fields;
};

const empty = Buffer.alloc(0);

/** A stream of WatchEvents in protobuf, each behind its length in four bytes, as JSON would show it. */
export const decodeWatchFrames = (body: Buffer): Json[] => {
  const events: Json[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = body.readUInt32BE(at);
    const event = fieldsOf(body.subarray(at + 4, at + 4 + length));
    const raw = fieldsOf(event.get(2) ?? empty).get(1) ?? empty;
    events.push({ type: String(event.get(1)), object: decodeProtobuf(raw).object as Json });
    at += 4 + length;
  }
  return events;
};
