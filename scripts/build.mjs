// Compiles src/ into dist/, copies the generated JSON beside it, bundles the program, and makes its seed and code cache.
// `--if-dev` does nothing where the compiler is not installed (npm ci --omit=dev), so that `prepare` never breaks a production install; nor where
// dist/ is newer than its sources: npm prepares a package again when `npx causeway` is first called in it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** Written last: what was built by this Node.js, and when. */
const built = join(root, 'dist', '.built');

const isCurrent = () => {
  if (!existsSync(built) || readFileSync(built, 'utf8') !== process.version) return false;
  const { mtimeMs } = statSync(built);
  const sources = ['src', 'scripts'].flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  ]);
  return [...sources, 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].every(
    (name) => statSync(join(root, name)).mtimeMs <= mtimeMs,
  );
};

if (process.argv.includes('--if-dev') && (!existsSync(tsc) || isCurrent())) process.exit(0);
rmSync(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit', cwd: root });
if (status !== 0) process.exit(status ?? 1);
cpSync(join(root, 'src'), join(root, 'dist'), {
  recursive: true,
  filter: (source) => !/\.tsx?$/.test(source) && !source.includes(`${join('src', 'console')}`),
});
const { bundle } = await import('./bundle.mjs');
await bundle(join(root, 'dist'));
// Without them the program starts a little later: no reason to fail where no server can run.
for (const script of ['seed.mjs', 'code-cache.mjs']) {
  const run = spawnSync(process.execPath, [join(root, 'scripts', script)], { stdio: 'inherit', cwd: root, timeout: 60_000 });
  if (run.status !== 0) console.warn(`build: scripts/${script} failed; the program works, but starts later than it could`);
}
writeFileSync(built, process.version);
