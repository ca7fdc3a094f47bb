import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDirectory = fileURLToPath(new URL('../../../', import.meta.url));

/** The command as users run it; build-cli.ts has built it before the first test. */
export const builtCli = join(projectDirectory, 'bin', 'causeway.mjs');
