import { openLmdbStore } from '../lmdb-store.ts';

/**
 * Run under a file size limit (ulimit -f): fills the store at argv[2] until a write fails, then reads. Prints one JSON object.
 */
const store = await openLmdbStore({ path: process.argv[2] ?? '' });
let written = 0;
let failure = '';
while (failure === '') {
  try {
    await store.create(`/${written}`, Buffer.alloc(50_000, 'x'));
    written++;
  } catch (error) {
    failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
const readable = (await store.list('/')).items.length;
const failedVisible = (await store.get(`/${written}`)) !== undefined;
const revisionAfterFailure = Number(await store.revision());
await store.close();
process.stdout.write(JSON.stringify({ written, failure, readable, failedVisible, revisionAfterFailure }));
