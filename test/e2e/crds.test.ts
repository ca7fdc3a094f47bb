import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClusterServer } from '../../src/app/cluster-server.ts';
import type { ClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { createKubectl, kubectlUnsupported } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';

const ignore = (): void => {};
const shared = fileURLToPath(new URL('../../../shared/crds/', import.meta.url));
const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget, shortNames: [wd], categories: [all] }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: A widget.
        properties:
          spec:
            type: object
            properties:
              size: { type: integer, minimum: 1, default: 3 }
              color: { type: string }
            x-kubernetes-validations:
            - { rule: "!has(self.color) || self.size < 10", message: "a colored widget must be small" }
          status: { type: object, properties: { replicas: { type: integer } } }
    subresources: { status: {}, scale: { specReplicasPath: .spec.size, statusReplicasPath: .status.replicas } }
    selectableFields: [{ jsonPath: .spec.color }]
    additionalPrinterColumns: [{ name: Size, type: integer, jsonPath: .spec.size }]
`;
const widget = (name: string, spec: string, metadata = ''): string =>
  `{apiVersion: example.com/v1, kind: Widget, metadata: {name: ${name}${metadata}}, spec: ${spec}}`;

describe.skipIf(kubectlUnsupported() !== undefined)('custom resources, by kubectl', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-crds-'));
  let server: ClusterServer;
  let kubectl: Kubectl;

  const get = async (path: string): Promise<string> => (await kubectl(['get', '--raw', path])).stdout;
  const create = (text: string) => kubectl(['create', '-f', '-'], { input: text });

  beforeAll(async () => {
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    server = await startClusterServer({ name: 'crds', directory: join(directory, 'data'), store: 'memory:', port: 0, log });
    kubectl = createKubectl(directory, renderKubeconfig([server.kubeconfig]));
  }, 60_000);
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a definition is served as soon as it is established', async () => {
    expect(await create(widgets)).toMatchObject({ code: 0 });
    expect(await kubectl(['wait', '--for=condition=Established', 'crd/widgets.example.com'])).toMatchObject({ code: 0 });
    expect(await create(widget('one', '{color: red}'))).toMatchObject({ code: 0, stdout: 'widget.example.com/one created\n' });
    expect((await kubectl(['get', 'wd', '--no-headers'])).stdout.split(/\s+/)).toEqual(['one', '3', '']);
    expect((await kubectl(['get', 'all', '-o', 'name'])).stdout).toContain('widget.example.com/one');
    expect((await kubectl(['explain', 'widget'])).stdout).toContain('A widget.');
    expect((await kubectl(['get', 'widgets', '--field-selector=spec.color=blue', '-o', 'name'])).stdout).toBe('');
    expect(await kubectl(['scale', 'widget/one', '--replicas=5'])).toMatchObject({ code: 0 });
    expect((await kubectl(['get', 'widget', 'one', '-o', 'jsonpath={.spec.size} {.metadata.generation}'])).stdout).toBe('5 2');
  });

  test.each([
    ['an unknown field', '{size: 4, weight: 1}', 'strict decoding error: unknown field "spec.weight"'],
    ['a wrong type', '{size: big}', 'spec.size in body must be of type integer: "string"'],
    ['a value out of range', '{size: 0}', 'spec.size in body should be greater than or equal to 1'],
    ['a broken rule', '{size: 12, color: red}', 'a colored widget must be small'],
  ])('%s is refused', async (_, spec, message) => {
    const { code, stderr } = await create(widget('bad', spec));
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });

  test('a changed default shows in objects that are stored already', async () => {
    const patch =
      '[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/shape","value":{"type":"string","default":"round"}}]';
    expect(await kubectl(['patch', 'crd', 'widgets.example.com', '--type=json', '-p', patch])).toMatchObject({ code: 0 });
    await expect.poll(async () => (await kubectl(['get', 'widget', 'one', '-o', 'jsonpath={.spec.shape}'])).stdout).toBe('round');
  });

  test('deletion waits for finalizers of objects, takes nothing new, and leaves no trace', async () => {
    expect(await create(widget('held', '{}', ', finalizers: [example.com/hold]'))).toMatchObject({ code: 0 });
    await kubectl(['delete', 'crd', 'widgets.example.com', '--wait=false']);
    await expect.poll(async () => (await kubectl(['get', 'widgets', '-o', 'name'])).stdout).toBe('widget.example.com/held\n');
    expect((await create(widget('late', '{}'))).stderr).toContain('create not allowed while custom resource definition is terminating');
    await kubectl(['patch', 'widget', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    expect(await kubectl(['wait', '--for=delete', 'crd/widgets.example.com'])).toMatchObject({ code: 0 });
    await expect.poll(() => get('/apis')).not.toContain('example.com"');
    expect(await get('/openapi/v3')).not.toContain('example.com');
    expect(await get('/metrics')).not.toContain('widgets');
  });

  test.skipIf(!existsSync(shared))('every upstream definition applies and becomes established', { timeout: 300_000 }, async () => {
    expect(await kubectl(['apply', '--server-side', '--force-conflicts', '-R', '-f', shared])).toMatchObject({ code: 0 });
    expect(await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s'])).toMatchObject({ code: 0 });
  });
});
