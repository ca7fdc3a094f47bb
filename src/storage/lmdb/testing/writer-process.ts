import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { openLmdbStore } from '../lmdb-store.ts';

/**
 * A process to be killed: opens the store at argv[2] and writes with 8 concurrent writers for ever, under keys that start with
 * argv[3]. Each acknowledged write is a line `KEY REVISION` on stdout, written at once.
 */
const [, , path = '', name = ''] = process.argv;
/** A reader that is slow has left the pipe full: that is an error, not a wait. */
const say = async (line: string): Promise<void> => {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    await turn();
  }
};

const store = await openLmdbStore({ path });
await say(`open ${await store.revision()}\n`);

const writer = async (id: number): Promise<void> => {
  for (let i = 0; ; i++) {
    const key = `/${name}/${id}/${i % 50}`;
    const current = await store.get(key);
    const value = Buffer.from(`${key} ${i} ${'x'.repeat(500)}`);
    const result = current ? await store.update(key, value, { expected: current.modRevision }) : await store.create(key, value);
    if (!result.applied) throw new Error(`${key}: lost`);
    await say(`${key} ${result.revision}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, (_, id) => writer(id)));
