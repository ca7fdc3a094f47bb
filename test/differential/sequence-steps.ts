import { deepClone } from '../../src/apimachinery/clone/deep-clone.ts';
import { lastAppliedAnnotation } from '../../src/apimachinery/apply/last-applied.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { hostileManagers, manyManagers } from './hostile-managers.ts';
import { pick, pickWeighted, type Random } from './random.ts';
import type { LiveSubject } from './sequence-subjects.ts';
import { type Edit, placesOf, randomEdits } from './vary.ts';

/** One request. */
export interface SequenceStep {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly type?: string;
  readonly protobuf?: boolean;
  readonly label?: string;
}

/** The object as this server has it, and as the other one does. */
export interface Current {
  readonly object: JsonObject | undefined;
  readonly other: JsonObject | undefined;
}

interface Pair {
  readonly ours: SequenceStep;
  readonly theirs: SequenceStep;
}

type MakeStep = (ours: Current, theirs: Current) => Pair;

const metadataOf = (object: JsonObject): JsonObject => (object['metadata'] ?? {}) as JsonObject;

const withMetadata = (object: JsonObject, fields: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...fields },
});

const query = (random: Random, more: string[] = []): string => {
  const parts = [...more];
  if (random() < 0.08) parts.push('dryRun=All');
  if (random() < 0.1) parts.push(`fieldValidation=${pick(random, ['Strict', 'Ignore', 'Warn'])}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
};

const same = (step: SequenceStep): Pair => ({ ours: step, theirs: step });

const managers = ['kubectl', 'alice', 'bob', 'carol'];

/** An old time for every entry, the same for the same manager on both servers. */
const aged: Edit = (object) => {
  const entries = (metadataOf(object)['managedFields'] ?? []) as JsonObject[];
  const keyOf = ({ manager = '', operation = '', apiVersion = '', subresource = '' }: JsonObject): string =>
    `${manager}/${operation}/${apiVersion}/${subresource}`;
  const order = [...new Set(entries.map(keyOf))].toSorted();
  const managedFields = entries.map((entry): JsonObject => ({
    ...entry,
    time: `2020-01-01T00:00:${String(order.indexOf(keyOf(entry)) % 60).padStart(2, '0')}Z`,
  }));
  return entries.length === 0 ? object : withMetadata(object, { managedFields });
};

/** What kubectl apply leaves when it works client-side. */
const withLastApplied = (subject: LiveSubject, apiVersion: string, content: JsonObject): JsonObject => {
  const applied = withMetadata({ apiVersion, kind: subject.kind, ...content }, { name: subject.name });
  return withMetadata(content, {
    annotations: { ...(metadataOf(content)['annotations'] as JsonObject | undefined), [lastAppliedAnnotation]: JSON.stringify(applied) },
  });
};

const finalized = (random: Random, content: JsonObject): JsonObject =>
  random() < 0.1
    ? withMetadata(content, {
        finalizers: pick<Json>(random, [['x.example/a'], ['x.example/a', 'x.example/b'], [], ['x.example/a', 'x.example/a']]),
      })
    : content;

/** Metadata with which an apply is refused, or hardly ever taken. */
const oddMetadata = (random: Random): JsonObject =>
  pick<JsonObject>(random, [
    { managedFields: [] }, { managedFields: [{}] }, { managedFields: null }, { uid: '0a0b0c0d-0000-0000-0000-000000000000' }, { uid: '' }, { resourceVersion: '1' }, { resourceVersion: '' }, { resourceVersion: 'x' },
    { generateName: 'gen-' }, { name: 'other' }, { name: '' }, { namespace: 'other' }, { namespace: '' }, { creationTimestamp: null }, { creationTimestamp: '2020-01-01T00:00:00Z' }, { deletionTimestamp: '2020-01-01T00:00:00Z' }, { selfLink: 'x' }, { generation: 7 },
    { labels: null }, { labels: {} }, { annotations: null }, { ownerReferences: [] },
    { unknown: 1 }, { labels: { a: 1 } }, { finalizers: ['x.example/a', 'x.example/a'] },
  ]); // prettier-ignore

const apply = (subject: LiveSubject, random: Random): MakeStep => {
  const { apiVersion, collection, content } = pick(random, subject.versions);
  const choice = random();
  const subresource =
    choice < 0.12 && subject.subresources.includes('status')
      ? 'status'
      : choice < 0.18 && !subject.isCustom && subject.subresources.includes('scale')
        ? 'scale'
        : '';
  const more = [
    ...(random() < 0.95 ? [`fieldManager=${pick(random, managers)}`] : []),
    ...(random() < 0.4 ? ['force=true'] : random() < 0.1 ? ['force=false'] : []),
  ];
  const suffix = subresource === '' ? '' : `/${subresource}`;
  const path = `${collection}/${subject.name}${suffix}${query(random, more)}`;
  const type = pick(random, [
    'application/apply-patch+yaml',
    'application/apply-patch+yaml',
    'application/apply-patch+yaml',
    'application/apply-patch+yaml',
    'application/apply-patch+cbor',
  ]);
  let body: JsonObject =
    subresource === 'scale'
      ? {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: subject.name },
          spec: pick<JsonObject>(random, [{ replicas: 1 }, { replicas: 2 }, { replicas: 3 }, {}]),
        }
      : withMetadata({ apiVersion, kind: subject.kind, ...finalized(random, content(random)) }, { name: subject.name });
  const odd = random();
  if (odd < 0.12) body = withMetadata(body, oddMetadata(random));
  else if (odd < 0.14) body = { ...body, kind: 'Other' };
  else if (odd < 0.16) body = { ...body, apiVersion: pick(random, ['v9', subject.versions.at(-1)?.apiVersion ?? '']) };
  return () =>
    same({
      method: 'PATCH',
      path,
      body,
      type: type.endsWith('cbor') && random() < 0.7 ? 'application/apply-patch+yaml' : type,
      label: `apply ${subresource}`,
    });
};

const managedFieldsFor = (random: Random, apiVersion: string): Edit | undefined => {
  const choice = pickWeighted(random, { none: 10, age: 5, empty: 1, reset: 1, hostile: 3, many: 1.5 });
  if (choice === 'none') return undefined;
  if (choice === 'age') return aged;
  const managedFields: Json =
    choice === 'empty'
      ? []
      : choice === 'reset'
        ? [{}]
        : choice === 'many'
          ? manyManagers(random, apiVersion)
          : hostileManagers(random, apiVersion);
  return (object) => withMetadata(object, { managedFields });
};

const put = (subject: LiveSubject, random: Random): MakeStep => {
  const { apiVersion, collection, content } = pick(random, subject.versions);
  const subresource = random() < 0.2 && subject.subresources.includes('status') ? 'status' : '';
  const manager = random() < 0.95 ? [`fieldManager=${pick(random, managers)}`] : [];
  const path = `${collection}/${subject.name}${subresource === '' ? '' : '/status'}${query(random, manager)}`;
  const isWhole = subject.versions.length === 1 || apiVersion === subject.versions[0]?.apiVersion;
  const fresh = withMetadata({ apiVersion, kind: subject.kind, ...finalized(random, content(random)) }, { name: subject.name });
  const annotated = random() < 0.15 ? withLastApplied(subject, apiVersion, fresh) : fresh;
  const protobuf = !subject.isCustom && random() < 0.15;
  const editFields = managedFieldsFor(random, apiVersion);
  const [replaces, editSeed, edits, versioned] = [random() < 0.4, random(), pick(random, [0, 1, 1, 2, 4]), random()];
  return (ours, theirs) => {
    const build = (current: Current, from: JsonObject | undefined): JsonObject => {
      let body = annotated;
      if (current.object && isWhole && !replaces) {
        let state = Math.floor(editSeed * 2 ** 31);
        const draw: Random = () => (state = (Math.imul(state, 48271) >>> 0) % 2147483647) / 2147483647;
        body = randomEdits(from ?? current.object, draw, edits)(current.object);
      } else if (current.object && versioned < 0.5) {
        body = withMetadata(body, { resourceVersion: metadataOf(current.object)['resourceVersion'] ?? '' });
      }
      if (editFields)
        body = editFields(
          current.object && editFields === aged
            ? withMetadata(body, { managedFields: metadataOf(current.object)['managedFields'] ?? [] })
            : body,
        );
      return versioned > 0.95 ? withMetadata(body, { resourceVersion: '1' }) : body;
    };
    const step = (current: Current): SequenceStep => ({
      method: 'PUT',
      path,
      body: build(current, ours.object),
      label: `put ${subresource}`,
      ...(protobuf ? { protobuf, type: 'application/vnd.kubernetes.protobuf' } : {}),
    });
    return { ours: step(ours), theirs: step(theirs) };
  };
};

const pointer = (place: readonly (string | number)[]): string =>
  place.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const jsonPatch = (object: JsonObject, wanted: JsonObject, random: Random): Json => {
  const operations: Json[] = [];
  for (let i = 0; i < pick(random, [1, 1, 2, 3]); i++) {
    const places = placesOf(object).filter((place) => !place.some((key) => key === 'managedFields'));
    if (places.length === 0) break;
    const place = pick(random, places);
    const source = placesOf(wanted);
    const valueAt = (root: Json, path: readonly (string | number)[]): Json =>
      path.reduce<Json>((value, key) => ((value as JsonObject | null)?.[key] ?? null) as Json, root);
    const value = source.length > 0 ? valueAt(wanted, pick(random, source)) : 'x';
    const own = deepClone(valueAt(object, place));
    const operation = pickWeighted(random, { remove: 3, replace: 3, add: 2, test: 1, copy: 1, move: 1 });
    const from = pointer(pick(random, places));
    operations.push(
      operation === 'remove' ? { op: 'remove', path: pointer(place) }
      : operation === 'test' ? { op: 'test', path: pointer(place), value: own }
      : operation === 'copy' || operation === 'move' ? { op: operation, from, path: pointer(place) }
      : { op: operation, path: pointer(place), value: random() < 0.6 && typeof own === 'string' ? `${own}1` : value },
    ); // prettier-ignore
  }
  return operations;
};

const patch = (subject: LiveSubject, random: Random): MakeStep => {
  const { apiVersion, collection, content } = pick(random, subject.versions);
  const kind = pickWeighted(random, { merge: 4, json: 2, strategic: 3 });
  const type = {
    merge: 'application/merge-patch+json',
    json: 'application/json-patch+json',
    strategic: 'application/strategic-merge-patch+json',
  }[kind];
  const choice = random();
  const subresource =
    choice < 0.2 && subject.subresources.includes('status')
      ? '/status'
      : choice < 0.25 && subject.subresources.includes('scale')
        ? '/scale'
        : '';
  const manager = random() < 0.95 ? [`fieldManager=${pick(random, managers)}`] : [];
  const path = `${collection}/${subject.name}${subresource}${query(random, manager)}`;
  const wanted = random() < 0.25 ? withLastApplied(subject, apiVersion, content(random)) : finalized(random, content(random));
  const editFields = random() < 0.4 ? managedFieldsFor(random, apiVersion) : undefined;
  const isScale = subresource === '/scale';
  const merge: Json = isScale
    ? { spec: { replicas: pick(random, [0, 1, 2, 3]) } }
    : editFields && editFields !== aged
      ? editFields(random() < 0.5 ? {} : wanted)
      : wanted;
  return ({ object }) => {
    const body =
      kind === 'json'
        ? isScale
          ? [{ op: 'replace', path: '/spec/replicas', value: pick(random, [1, 2]) }]
          : jsonPatch(object ?? {}, wanted, random)
        : merge;
    return same({ method: 'PATCH', path, type, body, label: `${kind} ${subresource}` });
  };
};

const create = (subject: LiveSubject, random: Random): MakeStep => {
  const { apiVersion, collection, content } = pick(random, subject.versions);
  const manager = random() < 0.95 ? [`fieldManager=${pick(random, managers)}`] : [];
  let body = withMetadata({ apiVersion, kind: subject.kind, ...finalized(random, content(random)) }, { name: subject.name });
  if (random() < 0.2) body = withLastApplied(subject, apiVersion, body);
  const editFields = random() < 0.4 ? managedFieldsFor(random, apiVersion) : undefined;
  if (editFields) body = editFields(body);
  const protobuf = !subject.isCustom && random() < 0.2;
  return () =>
    same({
      method: 'POST',
      path: `${collection}${query(random, manager)}`,
      body,
      label: 'create',
      ...(protobuf ? { protobuf, type: 'application/vnd.kubernetes.protobuf' } : {}),
    });
};

const scale = (subject: LiveSubject, random: Random): MakeStep => {
  const { collection } = pick(random, subject.versions);
  const body: JsonObject = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: subject.name },
    spec: { replicas: pick(random, [0, 1, 2, 3]) },
  };
  return () =>
    same({
      method: 'PUT',
      path: `${collection}/${subject.name}/scale${query(random, [`fieldManager=${pick(random, managers)}`])}`,
      body,
      label: 'put scale',
    });
};

const remove = (subject: LiveSubject, random: Random): MakeStep => {
  const path = `${subject.versions[0]?.collection}/${subject.name}?gracePeriodSeconds=0&propagationPolicy=Background`;
  return () => same({ method: 'DELETE', path: random() < 0.1 ? `${path}&dryRun=All` : path });
};

/** The next step of a sequence; what it says may depend on the objects. */
export const randomStep = (subject: LiveSubject, random: Random): MakeStep => {
  const makers = { apply, put, patch, create, remove, scale };
  const canScale = subject.subresources.includes('scale');
  return makers[pickWeighted(random, { apply: 38, put: 18, patch: 24, create: 7, remove: 4, scale: canScale ? 4 : 0 })](subject, random);
};
