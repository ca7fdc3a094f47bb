// The CLI, with a member thread that ends once the file CRASH_FILE is there.
import { loadProgram } from '../../../bin/load-program.mjs';

process.exitCode = await loadProgram().exports.run(process.argv.slice(2), {
  memberThread: new URL('fragile-thread.mjs', import.meta.url),
});
