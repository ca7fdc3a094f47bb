// Writes docs/cli.md from the commands there are.
import { writeFileSync } from 'node:fs';
import { buildProgram } from '../src/cli/main.ts';
import { renderReference } from '../src/cli/reference.ts';

writeFileSync(new URL('../docs/cli.md', import.meta.url), renderReference(buildProgram()));
