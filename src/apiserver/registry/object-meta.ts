import { randomUUID } from 'node:crypto';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { jsonEqualBut } from '../../apimachinery/equality/json-equal.ts';
import { canonicalJson } from '../../apimachinery/json/canonical-json.ts';
import type { ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';

const lastTime = { second: -1, text: '' };

/** RFC 3339 with second precision, as metadata's times are. */
export const formatTime = (milliseconds: number): string => {
  const second = Math.floor(milliseconds / 1000);
  // Hundreds of writes share a second.
  if (second !== lastTime.second) Object.assign(lastTime, { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` });
  return lastTime.text;
};

/** The namespace of the URL wins over an absent one. @throws StatusError BadRequest when they differ */
export const ensureNamespace = (metadata: ObjectMeta, namespace: string): void => {
  if (namespace === '') delete metadata.namespace;
  else if (!metadata.namespace) metadata.namespace = namespace;
  else if (metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
};

const systemFields = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'];

/** What a client may say of a new object and nobody listens to: nor does anybody own it. */
export const dropSystemFields = (metadata: ObjectMeta): void => {
  const target = metadata as unknown as Record<string, unknown>;
  for (const field of systemFields) if (field in target) delete target[field];
};

/** What only the server sets on a new object, once admission has changed it. */
export const fillSystemFields = (definition: KindDefinition, metadata: ObjectMeta, now: number): void => {
  dropSystemFields(metadata);
  delete metadata.resourceVersion;
  metadata.creationTimestamp = formatTime(now);
  metadata.uid = randomUUID();
  // Kinds that do not count keep what the client says.
  if (definition.strategy.generation) metadata.generation = 1;
  else if (!metadata.generation) delete metadata.generation;
};

const keptWhenAbsent = ['uid', 'deletionGracePeriodSeconds'] as const;
/** Whatever a client says of them. A deletion that never began is a mistake for validation to tell. */
const keptAlways = ['creationTimestamp', 'deletionTimestamp'] as const;

/** Fills in what an update may leave out and may not change. */
export const keepSystemFields = (metadata: ObjectMeta, old: ObjectMeta): void => {
  delete (metadata as ObjectMeta & { selfLink?: string }).selfLink;
  const target = metadata as unknown as Record<string, unknown>;
  for (const field of keptWhenAbsent) {
    if (target[field] === undefined || target[field] === null || target[field] === '') {
      if (old[field] === undefined) delete target[field];
      else target[field] = old[field];
    }
  }
  for (const field of keptAlways) {
    if (old[field] !== undefined) target[field] = old[field];
    else if (!target[field]) delete target[field];
  }
  if (old.generation === undefined) delete metadata.generation;
  else metadata.generation = old.generation;
};

/** Whether anything but metadata and status differs: what makes a new generation. */
export const specChanged = (object: UnstructuredObject, old: UnstructuredObject): boolean => !jsonEqualBut(besideSpec, object, old);

const besideSpec: ReadonlySet<string> = new Set(['metadata', 'status']);

/** An owner that is named twice counts once, as long as both say the same; the warning says when it was seen. */
export const dropRepeatedOwners = (metadata: ObjectMeta, warn: (text: string) => void, when = ''): void => {
  const owners = metadata.ownerReferences;
  if (!owners || owners.length < 2) return;
  const seen = new Set<string>();
  const isRepeated = owners.map((owner) => seen.size === seen.add(canonicalJson(owner)).size);
  if (!isRepeated.includes(true)) return;
  const uids = owners.filter((_, index) => isRepeated[index]).map(({ uid }) => uid);
  const advice = 'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests';
  warn(`.metadata.ownerReferences contains duplicate entries${when}; ${advice}; duplicate UID(s) observed: ${uids.join(', ')}`);
  metadata.ownerReferences = owners.filter((_, index) => !isRepeated[index]);
};

/** Drops empty lists and maps that Go would not print (`omitempty`), so that equal objects are equal bytes. */
export const tidyMeta = (metadata: ObjectMeta): void => {
  const target = metadata as unknown as Record<string, unknown>;
  for (const key of Object.keys(target)) {
    const value = target[key];
    const empty =
      value === null ||
      value === '' ||
      (typeof value === 'object' && (Array.isArray(value) ? value.length : Object.keys(value).length) === 0);
    if (empty) delete target[key];
  }
};
