#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { loadProgram } from './load-program.mjs';

const { run } = loadProgram().exports;
// A hub alone is a few hot functions: they are optimized early, with less inlining than V8's default, which takes longer than it gains. Set
// here, since code caches are for the flags of before; a fleet's members set their own.
setFlagsFromString('--interrupt-budget=60000 --max-inlined-bytecode-size-cumulative=400');
// The code is set, not exited with: a foreground command keeps running, and output is flushed.
process.exitCode = await run(process.argv.slice(2), {
  program: new URL(import.meta.url),
  memberThread: new URL('member-thread.mjs', import.meta.url),
  // Simple machine code is made at once from then on: before, most functions run too seldom to be worth it.
  ready: () => setFlagsFromString('--always-sparkplug'),
});
