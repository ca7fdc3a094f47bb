import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHub } from './support/hub.ts';
import { readAccess, send } from './support/raw-http.ts';
import type { Access } from './support/raw-http.ts';

/** CAUSEWAY_FUZZ_EXAMPLES: so many requests for each operation; CAUSEWAY_FUZZ_GROUPS=all: of every group, not only of these. */
const examples = process.env['CAUSEWAY_FUZZ_EXAMPLES'] ?? '1';
const all = process.env['CAUSEWAY_FUZZ_GROUPS'] === 'all';
/** CAUSEWAY_FUZZ_SEED: other requests. CAUSEWAY_FUZZ_PHASES: `coverage,fuzzing,stateful` for all that it can do. */
const seed = process.env['CAUSEWAY_FUZZ_SEED'] ?? '1';
const phases = process.env['CAUSEWAY_FUZZ_PHASES'] ?? 'fuzzing';
const groups = [
  'apis/coordination.k8s.io/v1',
  'apis/scheduling.k8s.io/v1',
  'apis/authorization.k8s.io/v1',
  'apis/node.k8s.io/v1',
  'apis/autoscaling/v2',
  'apis/policy/v1',
  'apis/batch/v1',
  'apis/rbac.authorization.k8s.io/v1',
  'apis/apiextensions.k8s.io/v1',
  'apis/networking.k8s.io/v1',
];

const version = '4.32.5';
const environment = join(homedir(), '.cache', 'causeway', `schemathesis-${version}`);
const program = join(environment, 'bin', 'schemathesis');

/** From PyPI, once, into a virtual environment. */
const install = (): boolean => {
  if (existsSync(program)) return true;
  const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore', timeout: 300_000 }).status === 0;
  return run('python3', '-m', 'venv', environment) && run(join(environment, 'bin', 'pip'), 'install', '-q', `schemathesis==${version}`);
};
const isInstalled = install() && existsSync(program);
const excuse = `Schemathesis: NOT TESTED, python3 with venv and pip could not install schemathesis ${version} from PyPI`;
test.skipIf(isInstalled || process.env['CI'] !== 'true')(isInstalled ? 'Schemathesis is installed' : excuse, () => {
  expect(isInstalled, excuse).toBe(true);
});

interface Operation {
  parameters?: { readonly name: string }[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components?: { readonly schemas?: Record<string, unknown> };
}

/** One document of several, whose schemas have the same names only where they are the same: starting takes longer than asking. */
const together = (documents: readonly Document[]): Document => ({
  ...documents[0],
  paths: Object.assign({}, ...documents.map(({ paths }) => paths)) as Document['paths'],
  components: Object.assign({}, documents[0]?.components, {
    schemas: Object.assign({}, ...documents.map(({ components }) => components?.schemas ?? {})) as Record<string, unknown>,
  }) as NonNullable<Document['components']>,
});

/** Without what does not end, or goes elsewhere: watches and proxies. */
const endingOnly = ({ paths, ...document }: Document): Document => ({
  ...document,
  paths: Object.fromEntries(
    Object.entries(paths)
      .filter(([path]) => !/\/watch\/|\/proxy/.test(path))
      .map(([path, item]) => [
        path,
        Object.fromEntries(
          Object.entries(item).map(([method, operation]) => {
            const without = (parameters: readonly { readonly name: string }[]) => parameters.filter(({ name }) => name !== 'watch');
            if (Array.isArray(operation)) return [method, without(operation) as unknown as Operation];
            return [method, operation.parameters ? { ...operation, parameters: without(operation.parameters) } : operation];
          }),
        ),
      ]),
  ),
});

describe.skipIf(!isInstalled)('requests that the OpenAPI documents allow, and others', () => {
  const hub = createHub();
  const directory = mkdtempSync(join(tmpdir(), 'causeway-schemathesis-'));
  let access: Access;
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
  });
  afterAll(async () => {
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('no answer is a failure of the server', { timeout: all ? 6 * 3_600_000 : 300_000 }, async () => {
    const served = (await send(access, '/openapi/v3')).body as { paths?: Record<string, unknown> };
    const names = all ? Object.keys(served.paths ?? {}).filter((name) => /v\d/.test(name)) : groups;
    const documentOf = async (name: string): Promise<Document> => (await send(access, `/openapi/v3/${name}`)).body as unknown as Document;
    const documents = await Promise.all(names.map(documentOf));
    // Many groups in one run: what is asked for takes all the time there is.
    for (const [index, document] of (all ? documents : [together(documents)]).entries()) {
      const name = all ? names[index] : names.join(', ');
      const files = ['--request-cert', file('cert.pem', access.cert), '--request-cert-key', file('key.pem', access.key)];
      const kinds = ['--checks', 'not_a_server_error', '--phases', phases, '--max-examples', examples, '--seed', seed, '--no-shrink'];
      const quiet = ['--suppress-health-check', 'all', '--no-color', '--generation-database', 'none', '--warnings', 'off'];
      const target = [file('openapi.json', JSON.stringify(endingOnly(document))), '--url', access.url.origin, '--tls-verify', 'false'];
      const args = ['run', ...target, ...files, ...kinds, ...quiet, '--request-timeout', '30'];
      const child = spawn(program, args, { cwd: directory });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code, `${name}: ${output.slice(-3000)}`).toBe(0);
    }
    expect(hub.process().running()).toBe(true);
    expect(hub.process().stderr()).not.toMatch(/request failed/);
  });
});
