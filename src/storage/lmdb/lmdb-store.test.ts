import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeStoreContract } from '../testing/contract-suite.ts';
import { openLmdbStore } from './lmdb-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'causeway-lmdb-'));
let count = 0;
const fresh = (): string => join(scratch, `${count++}`);
afterAll(() => rmSync(scratch, { recursive: true }));

describeStoreContract({
  name: 'lmdb',
  open: (options) => openLmdbStore({ ...options, path: fresh(), maxWatchBuffer: 16 }),
  modelRuns: 15,
});
