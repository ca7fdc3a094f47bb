#!/usr/bin/env node
import { loadProgram } from './load-program.mjs';

const { run } = loadProgram().exports;
// The code is set, not exited with: a foreground command keeps running, and output is flushed.
process.exitCode = await run(process.argv.slice(2));
