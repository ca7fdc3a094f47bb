// A worker thread of `causeway up` that runs its member clusters.
import { setFlagsFromString } from 'node:v8';
import { loadProgram } from './load-program.mjs';

const { serveMembers } = loadProgram().exports;
// A fleet's controllers are hundreds of functions, each a little warm, in two threads: optimizing them with little inlining takes a third less.
// A hub alone is a few hot ones. The flag counts for the whole process, and is set here since code caches are for the flags of before.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=150');
await serveMembers();
