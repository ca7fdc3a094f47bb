import { existsSync, rmSync } from 'node:fs';
import { loadProgram } from '../../../bin/load-program.mjs';

await loadProgram().exports.serveMembers();
const file = process.env.CRASH_FILE;
setInterval(() => {
  if (!existsSync(file)) return;
  rmSync(file);
  throw new Error('ended by the test');
}, 20);
