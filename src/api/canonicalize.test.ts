import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import { canonicalize } from './canonicalize.ts';
import { definitionPackage } from './definition-package.ts';
import { messageDescriptor } from './messages.ts';

const vectors = (
  JSON.parse(readFileSync(new URL('protobuf.vectors.gen.json', import.meta.url), 'utf8')) as { name: string; json: string }[]
)
  .map(({ name, json }) => ({ name, object: JSON.parse(json) as UnstructuredObject }))
  .map((vector) => ({ ...vector, definition: `${definitionPackage(vector.object.apiVersion)}.${vector.object.kind}` }))
  .filter(({ definition }) => messageDescriptor(definition) !== undefined);

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((parent, name) => (parent as Record<string, unknown> | undefined)?.[name], value);

const disabledPlaces = [
  ['spec', 'strategy'],
  ['spec', 'preferredHolder'],
  ['spec', 'extendedResourceName'],
  ['spec', 'workloadRef'],
  ['spec.initContainers.0.lifecycle', 'stopSignal'],
  ['spec.containers.0.lifecycle', 'stopSignal'],
  ['spec.ephemeralContainers.0.lifecycle', 'stopSignal'],
  ['spec.volumes.0.projected.sources.0', 'clusterTrustBundle'],
  ['spec.volumes.0.projected.sources.0', 'podCertificate'],
  ['status', 'allocatedResources'],
  ['status', 'resources'],
  ['status', 'extendedResourceClaimStatus'],
  ['status.initContainerStatuses.0', 'allocatedResourcesStatus'],
  ['status.containerStatuses.0', 'allocatedResourcesStatus'],
  ['status.ephemeralContainerStatuses.0', 'allocatedResourcesStatus'],
] as const;

test.each(vectors.filter(({ name }) => !name.endsWith(' empty')))('$name is canonical already', ({ object, definition }) => {
  const copy = structuredClone(object);
  canonicalize(definition, copy);
  // The vectors have disabled fields too, which do not survive.
  for (const [place, name] of disabledPlaces) delete (at(object, place) as Record<string, unknown> | undefined)?.[name];
  expect(JSON.stringify(copy)).toBe(JSON.stringify(object));
});

test.each(vectors.filter(({ name }) => name.endsWith(' empty')))('$name: only what is always written', ({ object, definition }) => {
  const bare = { kind: object.kind, apiVersion: object.apiVersion } as UnstructuredObject;
  canonicalize(definition, bare);
  expect(bare).toEqual(object);
});

const pod = (spec: object, metadata: object = {}) => {
  const object: UnstructuredObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec };
  canonicalize('io.k8s.api.core.v1.Pod', object);
  return object;
};

test('quantities, times and empty members become what the original writes', () => {
  const containers = [{ name: 'c', image: '', args: [], resources: { limits: { cpu: '1000m', memory: 1073741824, disk: '0.5' } } }];
  expect(
    pod({ containers, nodeSelector: {} }, { labels: {}, creationTimestamp: null, deletionTimestamp: '2026-01-01T01:00:00.5+01:00' }),
  ).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', deletionTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1', memory: '1073741824', disk: '500m' } } }] },
    status: {},
  });
});

test('pointers keep their zero values, values lose them', () => {
  const spec = { containers: null, terminationGracePeriodSeconds: 0, hostNetwork: false, volumes: [{ name: 'v', emptyDir: {} }], extra: 1 };
  expect(pod(spec)['spec']).toEqual({ containers: null, terminationGracePeriodSeconds: 0, volumes: [{ name: 'v', emptyDir: {} }] });
});
