import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeAssets } from './assets.ts';

const root = mkdtempSync(join(tmpdir(), "envtest's assets "));
afterAll(() => rmSync(root, { recursive: true }));

test('the programs say their help themselves and pass everything else on; kubectl is the one on PATH', () => {
  const [tools, directory] = [join(root, 'tools'), join(root, 'assets')];
  mkdirSync(tools);
  writeFileSync(join(tools, 'kubectl'), '', { mode: 0o755 });
  const echo = join(root, 'echo.mjs');
  writeFileSync(echo, 'console.log(JSON.stringify(process.argv.slice(2)))');
  const help = { 'kube-apiserver': "  --a <b>  it's\n", etcd: '100%\n' };
  const write = (): void => writeAssets(directory, { program: [process.execPath, echo], help, path: `${root}/absent:${tools}` });
  write();
  // What a link names is not written to.
  rmSync(join(directory, 'etcd'));
  symlinkSync(echo, join(directory, 'etcd'));
  write();
  const run = (name: string, ...args: string[]): string => execFileSync(join(directory, name), args, { encoding: 'utf8' });
  expect(run('kube-apiserver', '--help')).toBe(help['kube-apiserver']);
  expect(run('etcd', '--help')).toBe(help.etcd);
  expect(JSON.parse(run('etcd', '--a=$b', "c 'd'"))).toEqual(['envtest', 'etcd', '--a=$b', "c 'd'"]);
  expect(readlinkSync(join(directory, 'kubectl'))).toBe(join(tools, 'kubectl'));
});
