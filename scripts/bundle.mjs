// Bundles the compiled program into dist/bundle: reading 700 modules one by one takes half of the time until a hub is ready. Names
// stay, for stack traces; what is loaded later stays in files of its own. Native and rarely used packages stay outside.
import { readFile } from 'node:fs/promises';
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
      return { loader: 'js', contents: source.replaceAll('import.meta.url', `new URL(${here}, import.meta.url).href`) };
    });
  },
});

export const bundle = (dist) => {
  const folder = join(dist, 'bundle');
  return build({
    entryPoints: [join(dist, 'cli', 'bin.js')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    external: ['lmdb', '@grpc/grpc-js'],
    // CommonJS packages inside ask for Node's own modules.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
    plugins: [placeKept(folder)],
    logLevel: 'warning',
  });
};
