import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Revision } from '../../contract.ts';
import { blockBytes, decodeFrame, type Frame, type LogEntry, wholeBlocks } from './frame.ts';
import { readSegmentHeader } from './segment.ts';
import { segmentNames } from './write-ahead-log.ts';

/** What a log holds beyond a revision, in order, and where it ends. */
export interface LoggedSince {
  readonly entries: readonly LogEntry[];
  readonly revision: Revision;
}

/**
 * Reads the log of a data directory: whole frames count, a last one that was torn does not. @throws Error that says what is wrong
 * when a frame is missing before others, which no crash does
 */
export function readLogSince(path: string, applied: Revision): LoggedSince {
  const frames = segmentNames.flatMap((name) => readFrames(join(path, name))).filter(({ revision }) => revision > applied);
  frames.sort((a, b) => (a.base < b.base ? -1 : 1));
  const entries: LogEntry[] = [];
  let revision = applied;
  for (const [index, frame] of frames.entries()) {
    // LMDB may have taken over the first part of a group.
    if (frame.base > revision || (frame.base < revision && index > 0)) {
      throw new Error(`the write-ahead log is damaged: it goes on from revision ${frame.base}, after ${revision}`);
    }
    for (const entry of frame.entries) if (entry.revision > revision) entries.push(entry);
    revision = frame.revision;
  }
  return { entries, revision };
}

/** Removes what the log of a data directory consists of, unfinished files included. */
export function removeLog(path: string): void {
  for (const name of segmentNames) for (const file of [name, `${name}.new`]) rmSync(join(path, file), { force: true });
}

function readFrames(path: string): Frame[] {
  const file = readIfPresent(path);
  if (!file) return [];
  const frames: Frame[] = [];
  try {
    const { id } = readSegmentHeader(file);
    for (let offset = blockBytes; offset < file.length;) {
      const found = decodeFrame(file, offset, id);
      if (found) frames.push(found.frame);
      offset += wholeBlocks(found?.bytes ?? 1);
    }
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return frames;
}

function readIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
