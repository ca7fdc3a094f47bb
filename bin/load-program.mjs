// Loads the bundled program as a script, with V8's code cache beside it where scripts/code-cache.mjs has made one: starting then compiles
// next to nothing. V8 itself refuses a cache of other source, another version or other flags; the program is compiled as ever then.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { constants, Script } from 'node:vm';

/**
 * A code cache counts for the flags it was made with, and flags are the process's: they are set anew before each load. Optimized code comes
 * late, since the first seconds of a fleet went into optimizing a thousand functions; new objects get room at once, not by eight collections.
 */
const flags = '--no-always-sparkplug --interrupt-budget=300000 --max-inlined-bytecode-size-cumulative=920 --semi-space-growth-factor=8';

const bundleUrl = new URL('../dist/bundle/causeway.cjs', import.meta.url);

/** Where the cache for the Node that runs is. */
export const cachePath = fileURLToPath(new URL(`causeway-${process.version}-${process.platform}-${process.arch}.cache`, bundleUrl));

const readIfPresent = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** What the program exports, and its script, whose code cache has the functions that have run when it is made. */
export const loadProgram = () => {
  setFlagsFromString(flags);
  const script = new Script(readFileSync(bundleUrl, 'latin1'), {
    filename: fileURLToPath(bundleUrl),
    cachedData: readIfPresent(cachePath),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(bundleUrl), bundleUrl.href);
  return { exports: module.exports, script };
};
