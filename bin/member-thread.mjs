// A worker thread of `causeway up` that runs its member clusters.
import { setFlagsFromString } from 'node:v8';
import { loadProgram } from './load-program.mjs';

const { serveMembers } = loadProgram().exports;
// A fleet's controllers are hundreds of functions, each a little warm, in two threads: optimizing them late and with little inlining takes a
// third less. The flags count for the whole process.
setFlagsFromString('--interrupt-budget=300000 --max-inlined-bytecode-size-cumulative=150 --always-sparkplug');
await serveMembers();
