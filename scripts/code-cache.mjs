// Makes the bundle's code cache: runs a small fleet in a scratch directory until it is ready, then keeps what V8 has compiled for it.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachePath, loadProgram } from '../bin/load-program.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'causeway-code-cache-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const { exports: program, script } = loadProgram();
const write = process.stdout.write.bind(process.stdout);
// The first line says that the fleet is ready. What it still does then is worth keeping too.
process.stdout.write = (...line) => {
  process.stdout.write = write;
  if (process.argv.includes('--verbose')) write(...line);
  setTimeout(() => {
    const temporary = `${cachePath}.${process.pid}.tmp`;
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cachePath);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  return true;
};
process.exitCode = await program.run([
  'up',
  '--data-dir',
  join(scratch, 'fleet'),
  '--members',
  '1',
  '--output',
  'json',
  '--log-level',
  'error',
]);
