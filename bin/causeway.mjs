#!/usr/bin/env node
import { loadProgram } from './load-program.mjs';

const { run } = loadProgram().exports;
// The code is set, not exited with: a foreground command keeps running, and output is flushed.
process.exitCode = await run(process.argv.slice(2), { memberThread: new URL('member-thread.mjs', import.meta.url) });
