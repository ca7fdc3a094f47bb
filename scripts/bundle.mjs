// Bundles the compiled program into one script, dist/bundle/causeway.cjs: reading 700 modules one by one takes half of the time until a
// hub is ready, and only a classic script can be loaded from a code cache (bin/load-program.mjs). Names stay, for stack traces. Packages are
// in it too; LMDB's native code is found where its package is.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';

/** Files that read data beside them find it from where they were. */
const placeKept = (folder) => ({
  name: 'place-kept',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const here = JSON.stringify(relative(folder, path).split(sep).join('/'));
      return { loader: 'js', contents: source.replaceAll('import.meta.url', `new URL(${here}, bundleUrl).href`) };
    });
  },
});

/** LMDB's package looks for its native code beside itself. What it would speed up other encodings with is not loaded: ours are bytes. */
const nativeKept = {
  name: 'native-kept',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]node_modules[\\/]lmdb[\\/][^\\/]+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return source.includes('import.meta.url')
        ? { loader: 'js', contents: source.replaceAll('import.meta.url', 'urlOfLmdb()') }
        : undefined;
    });
    onResolve({ filter: /^msgpackr-extract$/ }, () => ({ path: 'msgpackr-extract', namespace: 'absent' }));
    onLoad({ filter: /./, namespace: 'absent' }, () => ({ loader: 'js', contents: 'module.exports = undefined' }));
  },
};

/** V8 keeps the text at one byte a character when every one is ASCII; esbuild leaves those of regular expressions. */
const inAscii = (source) => source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const bundle = async (dist) => {
  const folder = join(dist, 'bundle');
  const { outputFiles } = await build({
    entryPoints: [join(dist, 'cli', 'main.js')],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // The script is one function of what a CommonJS module is given.
    banner: {
      js: "(function (module, require, bundleUrl) {let lmdbUrl;const urlOfLmdb = () => (lmdbUrl ??= require('node:url').pathToFileURL(require.resolve('lmdb')).href);",
    },
    footer: { js: '})' },
    plugins: [placeKept(folder), nativeKept],
    logLevel: 'warning',
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'causeway.cjs'), inAscii(outputFiles[0].text));
};
