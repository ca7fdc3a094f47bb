import { describe, expect, test } from 'vitest';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { applyOverriders } from './apply-overriders.ts';
import { formatImage, parseImage } from './image.ts';
import { matchingOverrides } from './matching-overrides.ts';

describe('image references', () => {
  test.each([
    ['nginx', { registry: '', repository: 'nginx', tagOrDigest: '' }],
    ['nginx:1.2', { registry: '', repository: 'nginx', tagOrDigest: ':1.2' }],
    ['team/app:1', { registry: '', repository: 'team/app', tagOrDigest: ':1' }],
    ['localhost/app', { registry: 'localhost', repository: 'app', tagOrDigest: '' }],
    ['registry.example:5000/team/app:1.2', { registry: 'registry.example:5000', repository: 'team/app', tagOrDigest: ':1.2' }],
    ['r.io/app@sha256:abc', { registry: 'r.io', repository: 'app', tagOrDigest: '@sha256:abc' }],
  ])('%s', (image, parts) => {
    expect(parseImage(image)).toEqual(parts);
    expect(formatImage(parts)).toBe(image);
  });
});

const deployment = (): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'default', labels: { app: 'shop' } },
  spec: {
    replicas: 1,
    template: {
      spec: {
        initContainers: [{ name: 'init', image: 'docker.io/init:1' }],
        containers: [{ name: 'app', image: 'docker.io/shop:1', args: ['-v'] }],
      },
    },
  },
});

const podSpec = (object: UnstructuredObject) =>
  (object['spec'] as { template: { spec: { initContainers: { image: string }[]; containers: { image: string; args: string[] }[] } } })
    .template.spec;

describe('applyOverriders', () => {
  test('an image override reaches init containers too', () => {
    const object = applyOverriders(deployment(), {
      imageOverrider: [{ component: 'Registry', operator: 'replace', value: 'mirror.local' }],
    });
    expect([podSpec(object).initContainers[0]?.image, podSpec(object).containers[0]?.image]).toEqual([
      'mirror.local/init:1',
      'mirror.local/shop:1',
    ]);
  });
  test('a predicate names one image', () => {
    const object = applyOverriders(deployment(), {
      imageOverrider: [
        { component: 'Tag', operator: 'replace', value: '2', predicate: { path: '/spec/template/spec/containers/0/image' } },
      ],
    });
    expect([podSpec(object).initContainers[0]?.image, podSpec(object).containers[0]?.image]).toEqual([
      'docker.io/init:1',
      'docker.io/shop:2',
    ]);
  });
  test('args, labels and plaintext, in that order', () => {
    const object = applyOverriders(deployment(), {
      argsOverrider: [{ containerName: 'app', operator: 'add', value: ['--zone=eu'] }],
      labelsOverrider: [
        { operator: 'add', value: { zone: 'eu' } },
        { operator: 'replace', value: { absent: 'x' } },
      ],
      plaintext: [
        { path: '/metadata/labels/zone', operator: 'replace', value: 'us' },
        { path: '/spec/replicas', operator: 'remove' },
      ],
    });
    expect(podSpec(object).containers[0]?.args).toEqual(['-v', '--zone=eu']);
    expect(object.metadata.labels).toEqual({ app: 'shop', zone: 'us' });
    expect(object['spec']).not.toHaveProperty('replicas');
  });
  test('text inside a field', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { 'a.json': '{"level":"info"}', 'b.yaml': 'level: info\n' },
    };
    applyOverriders(config, {
      fieldOverrider: [
        { fieldPath: '/data/a.json', json: [{ subPath: '/level', operator: 'replace', value: 'debug' }] },
        { fieldPath: '/data/b.yaml', yaml: [{ subPath: '/level', operator: 'replace', value: 'debug' }] },
      ],
    });
    expect(config.data).toEqual({ 'a.json': '{"level":"debug"}', 'b.yaml': 'level: debug\n' });
  });
  test('a path that does not exist says where', () => {
    expect(() => applyOverriders(deployment(), { plaintext: [{ path: '/spec/absent/x', operator: 'replace', value: 1 }] })).toThrow(
      /absent/,
    );
    expect(() => applyOverriders(deployment(), { fieldOverrider: [{ fieldPath: '/data/x' }] })).toThrow('no text at /data/x');
  });
});

test('cluster policies come first, the most specific last', () => {
  const policy = (name: string, selectors: { apiVersion: string; kind: string; name?: string }[] | undefined) => ({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'OverridePolicy',
    metadata: { name },
    spec: { ...(selectors ? { resourceSelectors: selectors } : {}), overrideRules: [{ overriders: {} }] },
  });
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const cluster = { apiVersion: '', kind: 'Cluster', metadata: { name: 'east' }, spec: { syncMode: 'Push' as const } };
  const rules = matchingOverrides(deployment(), cluster, {
    cluster: [policy('cluster-wide', undefined)],
    namespaced: [
      policy('by-name', [{ ...kind, name: 'shop' }]),
      policy('b-kind', [kind]),
      policy('a-kind', [kind]),
      policy('other', [{ ...kind, name: 'else' }]),
    ],
  });
  expect(rules.map((rule) => rule.policy)).toEqual(['cluster-wide', 'a-kind', 'b-kind', 'by-name']);
});
