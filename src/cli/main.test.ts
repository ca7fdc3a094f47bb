import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { run } from './main.ts';

afterEach(() => vi.restoreAllMocks());

/** What a call prints, and its exit code. */
const call = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
  const printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true));
  return { code: await run(argv), ...printed };
};

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['up', '--members', 'a,b,a'], '"a" is named twice'],
  [['up', '--members', 'East'], 'must be lower-case letters'],
  [['up', '--members', '-1'], 'a whole number from 0 to 100'],
  [['up', '--data-dir', ''], 'must not be empty'],
  [['hub', '--store', 'sqlite:x'], 'must be memory:, lmdb:PATH or etcd:'],
  [['up', '--members', 'hub'], '"hub" is the hub itself'],
  [['up', '--port', '70000'], 'a whole number from 0 to 65535'],
  [['hub'], "required option '--store <uri>'"],
  [['cluster', 'stop'], "missing required argument 'name'"],
  [['cluster', 'stop'], '(causeway cluster stop --help lists the options)'],
  [['envtest', 'kube-apiserver', '--insecure-port=0'], "unknown option '--insecure-port=0'"],
  [['envtest', 'kube-apiserver', '--authorization-mode=RBAC,Webhook'], '"Webhook" is not one of RBAC, Node, AlwaysAllow, AlwaysDeny'],
  [['envtest', 'kube-apiserver', '--allow-privileged=false'], 'This server is always true here'],
  [['envtest', 'kube-apiserver', '--service-node-port-range=5'], 'It must be two ports, such as 30000-32767'],
  [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
])('%j is called wrongly: 2, with what is wrong', async (argv, message) => {
  const { code, err } = await call(...argv);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) as string });
});

test('a fleet that is not there fails with the remedy', async () => {
  const { code, err } = await call('status', '--data-dir', '/nonexistent/fleet');
  expect(code).toBe(1);
  expect(err).toContain('start one with: causeway up --data-dir /nonexistent/fleet');
});

test('stopping a fleet that is not there is done already', async () => {
  expect((await call('down', '--data-dir', '/nonexistent/fleet')).code).toBe(0);
});

test.each(['bash', 'zsh', 'fish'])('completion for %s knows the verbs and their options', async (shell) => {
  const { code, out } = await call('completion', shell);
  expect(code).toBe(0);
  for (const word of ['cluster', 'status', 'members', 'store']) expect(out).toContain(word);
});

const completed = async (...line: string[]): Promise<string[]> => {
  const { out } = await call('completion', 'bash');
  const script = `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _causeway; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', 'causeway', ...line], { encoding: 'utf8' })
    .trim()
    .split(' ');
};

test.each([
  [['cl'], ['cluster']],
  [
    ['cluster', 'st'],
    ['stop', 'start'],
  ],
  [['up', '--members', 'east', '--det'], ['--detach']],
  [
    ['up', '--output', ''],
    ['text', 'json'],
  ],
  [['cluster', 'list', '-o', 'j'], ['json']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish', '--help'],
  ],
  [['up', '--data-dir', ''], ['']],
])('bash completes %j', async (line, words) => expect(await completed(...line)).toEqual(words));

test('every command has help', async () => {
  for (const argv of [['--help'], ['up', '--help'], ['cluster', 'add', '--help'], ['hub', '--help']])
    expect((await call(...argv)).code).toBe(0);
});
