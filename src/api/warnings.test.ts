import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import { builtInKinds } from './kinds.ts';

interface Golden {
  readonly name: string;
  readonly object: UnstructuredObject;
  readonly warnings: readonly string[];
}

/** Objects and the warnings that kube-apiserver 1.35 sends when they are created. */
const golden = JSON.parse(readFileSync(new URL('warnings.golden.gen.json', import.meta.url), 'utf8')) as Golden[];

const warningsOf = (object: UnstructuredObject): readonly string[] => {
  const { kind, apiVersion } = object;
  const definition = builtInKinds.find(
    (candidate) => candidate.kind === kind && [candidate.group, candidate.version].filter((part) => part !== '').join('/') === apiVersion,
  );
  definition?.strategy.applyDefaults?.(object);
  return definition?.strategy.warnings?.(object, undefined) ?? [];
};

test.each(golden)('$name is warned of', ({ object, warnings }) => {
  expect([...new Set(warningsOf(object))].toSorted()).toEqual(warnings);
});

const deployment = (generation: number, template: object): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', generation },
  spec: { template },
});
const odd = { spec: { containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: -1 } };
const even = { spec: { containers: [{ name: 'c', image: 'i' }] } };
const negative = 'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1';

const warningsOfUpdate = (plural: string, now: UnstructuredObject, old: UnstructuredObject): readonly string[] =>
  builtInKinds.find((kind) => kind.plural === plural)?.strategy.warnings?.(now, old) ?? [];

test('an update that makes a new generation is warned of the template, whether that changed or not', () => {
  expect(warningsOfUpdate('deployments', deployment(2, odd), deployment(1, odd))).toEqual([negative]);
  expect(warningsOfUpdate('deployments', deployment(1, odd), deployment(1, odd))).toEqual([]);
});

test('an update of a ReplicationController is warned of what its template was', () => {
  expect(warningsOfUpdate('replicationcontrollers', deployment(2, even), deployment(1, odd))).toEqual([negative]);
  expect(warningsOfUpdate('replicationcontrollers', deployment(2, odd), deployment(1, even))).toEqual([]);
});

test('ports are told of by what they say, then by their names, in the order of the containers', () => {
  const container = (name: string, port: object): object => ({ name, image: 'i', ports: [port] });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      containers: [container('a', { name: 'web', containerPort: 80 }), container('b', { name: 'web', containerPort: 80 })],
      initContainers: [container('i', { name: 'web', containerPort: 90 })],
      hostAliases: [{ ip: '01.2.3.4' }, { ip: '01.2.3.4' }],
      overhead: { memory: '1m' },
    },
  };
  const repeated = (path: string): string =>
    `${path}: duplicate port name "web" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]`;
  const badAddress = 'non-standard IP address "01.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"';
  expect(warningsOf(pod)).toEqual([
    'spec.hostAliases[1].ip: duplicate ip "01.2.3.4"',
    'spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer',
    'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
    repeated('spec.containers[0].ports[0]'),
    repeated('spec.containers[1].ports[0]'),
    `spec.hostAliases[0].ip: ${badAddress}`,
    `spec.hostAliases[1].ip: ${badAddress}`,
  ]);
});
