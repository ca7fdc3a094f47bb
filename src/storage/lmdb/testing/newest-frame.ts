import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blockBytes, decodeFrame } from '../write-ahead-log/frame.ts';
import { readSegmentHeader } from '../write-ahead-log/segment.ts';
import { segmentNames } from '../write-ahead-log/write-ahead-log.ts';

/** Where the last group stands that the log of a data directory holds. @throws Error when it holds none */
export function newestFrameOf(path: string): { readonly file: string; readonly start: number; readonly end: number } {
  let newest: { readonly base: bigint; readonly file: string; readonly start: number; readonly end: number } | undefined;
  for (const name of segmentNames) {
    const file = join(path, name);
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    const { id } = readSegmentHeader(bytes);
    for (let start = blockBytes; start < bytes.length; start += blockBytes) {
      const found = decodeFrame(bytes, start, id);
      if (found && found.frame.base >= (newest?.base ?? 0n)) newest = { base: found.frame.base, file, start, end: start + found.bytes };
    }
  }
  if (!newest) throw new Error(`${path}: the log is empty`);
  return newest;
}
