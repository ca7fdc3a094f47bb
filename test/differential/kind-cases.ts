import type { JsonObject } from '../../src/apimachinery/meta/object.ts';
import { readSeeds, type BuiltInSeed } from './field-seeds.ts';
import type { Step } from './requests.ts';
import { del, get, patch, post, put } from './step.ts';

const json = 'application/json';
const protobuf = 'application/vnd.kubernetes.protobuf';
const table = (version = 'v1', type = json): string => `${type};as=Table;v=${version};g=meta.k8s.io`;
const partial = (kind: string, type = json): string => `${type};as=${kind};v=v1;g=meta.k8s.io`;
const accepts = [
  undefined, protobuf, 'application/yaml', 'application/cbor', table(), table('v1beta1'), `${table()},${json}`, partial('PartialObjectMetadata'), partial('PartialObjectMetadata', protobuf), `${protobuf},${json}`, `${table('v1', protobuf)}`,
]; // prettier-ignore
const listAccepts = [
  protobuf,
  'application/yaml',
  table(),
  partial('PartialObjectMetadataList'),
  partial('PartialObjectMetadataList', protobuf),
  partial('PartialObjectMetadata'),
];
const watchAccepts = [undefined, table(), partial('PartialObjectMetadata'), protobuf, `${json};stream=watch`];

/** Controllers beside one of the servers write to these, or wait for others to: what is under way differs. */
const busy = new Set(['Namespace', 'CustomResourceDefinition', 'APIService', 'ServiceAccount']);

const subresources = ['status', 'scale', 'approval', 'finalize', 'ephemeralcontainers', 'resize', 'eviction', 'binding', 'token', 'log'];

const apply = (path: string, object: JsonObject, query = 'fieldManager=applier'): Step =>
  patch(`${path}${path.includes('?') ? '&' : '?'}${query}`, object, 'apply-patch+yaml');

/** Every verb of a kind, with one object, in every form. */
const stepsOf = ({ object, definition, collection, item }: BuiltInSeed): Step[] => {
  const seed = object as unknown as JsonObject;
  const { name } = object.metadata;
  const one = `${collection}?fieldSelector=metadata.name%3D${name}`;
  const metadata = seed['metadata'] as JsonObject;
  const labelled: JsonObject = { ...seed, metadata: { ...metadata, labels: { changed: 'yes' } } };
  const applied = { apiVersion: seed['apiVersion'], kind: seed['kind'], metadata: { name, annotations: { by: 'applier' } } } as JsonObject;
  const viewed = subresources.flatMap((subresource) => [
    get(`${item}/${subresource}`),
    put(`${item}/${subresource}?dryRun=All`, seed),
    post(`${item}/${subresource}?dryRun=All`, seed),
    patch(`${item}/${subresource}?dryRun=All`, { metadata: { labels: { sub: subresource } } }),
    apply(`${item}/${subresource}?dryRun=All`, applied),
  ]);
  return [
    post(`${collection}?dryRun=All&fieldManager=dry`, seed),
    { ...post(`${collection}?dryRun=All`, seed), protobuf: true, accept: protobuf },
    post(`${collection}?dryRun=All`, seed, { accept: table() }),
    post(`${collection}?dryRun=All`, seed, { accept: partial('PartialObjectMetadata') }),
    post(collection, seed),
    post(collection, seed),
    ...accepts.map((accept) => get(item, accept)),
    get(one),
    ...listAccepts.map((accept) => get(one, accept)),
    get(`${collection}?fieldSelector=spec.nothing%3Dx`),
    ...watchAccepts.map((accept) => get(`${one}&watch=true&timeoutSeconds=1`, accept)),
    get(`${collection.replace(/^(\/api\/v1|\/apis\/[^/]+\/[^/]+)/, '$1/watch')}/${name}?timeoutSeconds=1`),
    put(`${item}?dryRun=All`, labelled, { accept: protobuf }),
    put(item, labelled),
    put(item, labelled),
    put(item, { ...labelled, metadata: { ...metadata, uid: 'x' } }),
    put(item, { ...labelled, metadata: { ...metadata, resourceVersion: '1' } }),
    put(`${item}?fieldValidation=Strict`, { ...labelled, unknown: 1 }),
    patch(item, { metadata: { labels: { merged: 'yes' } } }),
    patch(item, { metadata: { labels: { merged: 'yes' } } }, 'strategic-merge-patch+json'),
    patch(item, [{ op: 'add', path: '/metadata/labels/patched', value: 'yes' }], 'json-patch+json'),
    patch(`${item}?fieldValidation=Strict`, { unknown: 1 }),
    patch(`${item}?fieldValidation=Strict`, { unknown: 1 }, 'strategic-merge-patch+json'),
    patch(`${item}?fieldValidation=Warn`, [{ op: 'add', path: '/unknown', value: 1 }], 'json-patch+json'),
    apply(item, applied),
    apply(item, { ...applied, metadata: { name, labels: { merged: 'no' } } }, 'fieldManager=other'),
    apply(item, { ...applied, metadata: { name, labels: { merged: 'no' } } }, 'fieldManager=other&force=true'),
    apply(item, applied, ''),
    ...viewed,
    get(item),
    del(`${item}?dryRun=All`),
    del(item, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } }),
    del(`${collection}?dryRun=All&fieldSelector=metadata.name%3D${name}`),
    del(`${collection}?labelSelector=changed%3Dno`),
    get(`${one}&limit=1`),
    ...(busy.has(definition.kind)
      ? [
          { ...del(`${item}?gracePeriodSeconds=0&propagationPolicy=Background`), differs: 'controllers run on one' },
          { ...put(`${item}/finalize`, { ...seed, spec: { finalizers: [] } }), differs: 'controllers run on one' },
        ]
      : [del(`${item}?gracePeriodSeconds=0&propagationPolicy=Background`), get(item)]),
  ];
};

/** Kinds whose first object is enough: seeds differ in their specs, which `fields.ts` looks at. */
const firstOfEachKind = (seeds: readonly BuiltInSeed[]): BuiltInSeed[] => {
  const seen = new Set<string>();
  return seeds.filter(({ definition: { group, version, kind } }) => {
    const key = `${group}/${version}/${kind}`;
    return !seen.has(key) && seen.add(key);
  });
};

/** Every verb × every built-in kind × every subresource, served there or not. */
export const kindCases: Step[] = firstOfEachKind(readSeeds('diff')).flatMap(stepsOf);
