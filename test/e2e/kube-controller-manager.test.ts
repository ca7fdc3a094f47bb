import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectlUnsupported } from './kubectl.ts';
import { projectDirectory } from './support/built-cli.ts';
import { objectsOf, startControllerManager, startUpstream, upstreamMissing } from './support/controller-manager.ts';
import type { Upstream } from './support/controller-manager.ts';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { createShell } from './support/shell.ts';

// Upstream's controller manager with its default settings (protobuf, every controller, leader election), on our hub and on a real
// kube-apiserver: of the same objects it makes the same.
const missing = kubectlUnsupported() ?? upstreamMissing();
const workloads = join(projectDirectory, 'test', 'e2e', 'support', 'workloads-for-controllers.yaml');

describe.skipIf(missing !== undefined)(missing ?? "upstream's controller manager", () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-kcm-'));
  const hub = createHub();
  const log = join(directory, 'controller-manager.log');
  let upstream: Upstream;
  let endManager: () => void;
  beforeAll(async () => {
    await hub.up().ready;
    endManager = await startControllerManager(hub.directory, log);
    upstream = await startUpstream(join(directory, 'upstream'));
  });
  afterAll(async () => {
    endManager?.();
    upstream?.stop();
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('makes the same of the same objects', async () => {
    const ours = createShell(hub.kubeconfig, { cache: join(directory, 'cache-ours') });
    const theirs = createShell(upstream.kubeconfig, { cache: join(directory, 'cache-theirs') });
    for (const side of [ours, theirs]) await side.ok(['apply', '--server-side', '-f', workloads]);
    await eventually(async () => {
      const [made, wanted] = [await objectsOf(ours, 'work'), await objectsOf(theirs, 'work')];
      expect(Object.keys(wanted).filter((key) => key.startsWith('Pod '))).toHaveLength(7);
      expect(made).toEqual(wanted);
    }, 90);
  });

  test('logs nothing that only another server would take', () => {
    const complaints = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /^E\d{4}/.test(line) && /forbidden|no kind|cannot unmarshal|decod|not supported/i.test(line));
    expect(complaints).toEqual([]);
  });

  test('the garbage collector and the namespace controller take it all away', async () => {
    const ours = createShell(hub.kubeconfig, { cache: join(directory, 'cache-ours') });
    await ours.ok(['-n', 'work', 'delete', 'deployment', 'web', '--cascade=foreground', '--timeout=60s']);
    await ours.ok(['delete', 'namespace', 'work', '--timeout=60s']);
    expect(await ours.ok(['get', 'pods,replicasets,jobs', '-A', '-o', 'name'])).toBe('');
  });
});
