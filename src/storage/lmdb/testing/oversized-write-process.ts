import { openLmdbStore } from '../lmdb-store.ts';

/**
 * Run under a file size limit (ulimit -f): creates, in the store at argv[2], a key for every further argument, with a value of so many
 * bytes. Prints how each ended, one a line, and dies.
 */
const [, , path = '', ...sizes] = process.argv;
const store = await openLmdbStore({ path });
for (const size of sizes) {
  const outcome = await store.create(`/${size}`, Buffer.alloc(Number(size), 'x')).then(
    (result) => `applied ${result.applied}`,
    (error: unknown) => String(error),
  );
  process.stdout.write(`${outcome}\n`);
}
process.kill(process.pid, 'SIGKILL');
