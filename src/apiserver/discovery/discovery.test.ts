import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { aggregatedDiscovery } from './aggregated-discovery.ts';
import { apiGroupList, apiResourceList } from './legacy-discovery.ts';
import { negotiateDiscovery } from './negotiate.ts';
import { orderGroups, servedGroups } from './served-group.ts';
import { storageVersionHash } from './storage-version-hash.ts';

const kind = (group: string, version: string, name: string, more: Partial<KindDefinition> = {}): KindDefinition => ({
  group,
  version,
  kind: name,
  listKind: `${name}List`,
  plural: `${name.toLowerCase()}s`,
  singular: name.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['create', 'get', 'list'],
  subresources: [],
  schema: () => ({ root: {}, resolve: () => ({}) }),
  columns: [],
  strategy: {},
  ...more,
});

const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const custom = { definitionName: 'widgets.example.com', storageVersion: 'v1', edition: '1' };
const catalog = [
  kind('zoo.example.com', 'v1', 'Lion', { custom }),
  kind('example.com', 'v1beta1', 'Widget', { custom }),
  kind('example.com', 'v1', 'Widget', {
    custom,
    subresources: [
      { name: 'status', verbs: ['get'] },
      { name: 'scale', verbs: ['get'], kind: scale },
    ],
  }),
  kind('autoscaling', 'v1', 'HorizontalPodAutoscaler'),
  kind('autoscaling', 'v2', 'HorizontalPodAutoscaler'),
  kind('apps', 'v1', 'Deployment', {
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: [
      { name: 'status', verbs: ['get'] },
      { name: 'scale', verbs: ['get'], kind: scale },
    ],
  }),
  kind('', 'v1', 'ConfigMap', { shortNames: ['cm'] }),
];
const groups = servedGroups(catalog, storageVersionHash);

test('groups come by priority, versions most preferred first', () => {
  expect(apiGroupList(groups).groups.map(({ name, versions }) => [name, ...versions.map(({ version }) => version)])).toEqual([
    ['apps', 'v1'],
    ['autoscaling', 'v2', 'v1'],
    ['example.com', 'v1', 'v1beta1'],
    ['zoo.example.com', 'v1'],
  ]);
});

test('a resource list shows subresources, foreign kinds and the storage version hash', () => {
  const [core, apps] = groups;
  expect(apiResourceList('', core!.versions[0]!)).toEqual({
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      {
        name: 'configmaps',
        singularName: 'configmap',
        namespaced: true,
        kind: 'ConfigMap',
        verbs: ['create', 'get', 'list'],
        shortNames: ['cm'],
        storageVersionHash: 'qFsyl6wFWjQ=',
      },
    ],
  });
  expect(apiResourceList('apps', apps!.versions[0]!).resources.slice(1)).toEqual([
    { name: 'deployments/scale', singularName: '', namespaced: true, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get'] },
    { name: 'deployments/status', singularName: '', namespaced: true, kind: 'Deployment', verbs: ['get'] },
  ]);
});

test('the aggregated form names the group version of custom kinds, and of built-in ones only when foreign', () => {
  const { items } = aggregatedDiscovery(groups.slice(1));
  expect(items[0]).toMatchObject({
    metadata: { name: 'apps' },
    versions: [
      { resources: [{ responseKind: { group: '', version: '', kind: 'Deployment' }, subresources: [{ responseKind: scale }, {}] }] },
    ],
  });
  expect(items[2]).toMatchObject({
    versions: [
      {
        version: 'v1',
        freshness: 'Current',
        resources: [
          {
            resource: 'widgets',
            responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
            subresources: [{ subresource: 'status', responseKind: { group: 'example.com', kind: 'Widget' } }, { subresource: 'scale' }],
          },
        ],
      },
      { version: 'v1beta1' },
    ],
  });
});

test('an aggregated server may add a version to a group that is served here', () => {
  const remote = { version: 'v2', priority: 200, resources: [], freshness: 'Stale' as const };
  const merged = orderGroups([...groups, { name: 'example.com', priority: 100, versions: [remote] }]);
  expect(merged.find(({ name }) => name === 'example.com')?.versions.map(({ version }) => version)).toEqual(['v2', 'v1', 'v1beta1']);
});

const asked = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const both = { aggregated: true, routed: true };

test.each<[string | undefined, boolean, string]>([
  [undefined, false, 'json'],
  ['application/json', false, 'json'],
  ['*/*', false, 'json'],
  [`application/json;${asked},application/json`, true, 'json'],
  [`application/json;q=0.9,application/json;${asked}`, true, 'json'],
  ['application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/yaml', false, 'yaml'],
  ['application/vnd.kubernetes.protobuf', false, 'protobuf'],
  [`application/vnd.kubernetes.protobuf;${asked}`, true, 'protobuf'],
])('Accept %s', (accept, aggregated, format) => {
  expect(negotiateDiscovery(accept, both)).toEqual({ aggregated, format });
});

test.each(['text/html', 'application/*', `application/yaml;${asked}`, 'application/json;as=Table;v=v1;g=meta.k8s.io'])(
  'Accept %s is 406',
  (accept) => {
    expect(() => negotiateDiscovery(accept, both)).toThrow(expect.objectContaining({ code: 406 }));
  },
);
