import { conflict, invalidObject, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { AdmissionAttributes } from '../admission/contract.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { KeyValue } from '../../storage/contract.ts';
import { admissionAttributes, admit, validateAdmission } from './admission-chain.ts';
import { objectKey, originalKey } from './keys.ts';
import { requireVersion } from './object-version.ts';
import { lifecycleOf } from './lifecycle-rules.ts';
import { checkManagers, keepTimes, trackUpdate } from './managed-fields.ts';
import { ensureNamespace, keepSystemFields, specChanged, dropRepeatedOwners, tidyMeta } from './object-meta.ts';
import { onStored, type Overtaken } from './on-stored.ts';
import { storeOf, resourceOf, type Registry, type WriteRequest } from './registry.ts';
import { reserveAll } from './storage-hook.ts';
import { encodeForStore, encodeForWrite, writtenForm, type StoredObject } from './stored-object.ts';
import { subresourceRules } from './subresource-rules.ts';
import { validateChange } from './validate-object.ts';
import { handOver } from './written-objects.ts';

/** How an update comes about. */
export interface Change {
  /**
   * The new object, which shares nothing with the stored one that it is given and may not change. Called again with what is there now
   * when the write lost a race.
   */
  readonly apply: (current: UnstructuredObject) => UnstructuredObject | Promise<UnstructuredObject>;
  /** Server-side apply has set managedFields itself. */
  readonly managesFields?: boolean;
  /** A PUT without resourceVersion is taken when the kind allows it; a patch always is. */
  readonly unconditional: boolean;
  /** The only object to be changed, where what was sent is of another kind. */
  readonly uid?: string | undefined;
  /** What admission is shown of the object, where what was sent is of another kind: `apply` has then let plugins change that. */
  readonly shownAs?: (object: UnstructuredObject) => UnstructuredObject;
}

export type UpdateOutcome = StoredObject & {
  /** The update took away the last finalizer of a terminating object: it is gone. */
  readonly deleted: boolean;
};

/** @throws StatusError Conflict when the object is another one by that name */
export const requireUid = (
  { definition, namespace }: WriteRequest,
  uid: string | undefined,
  { metadata }: Pick<UnstructuredObject, 'metadata'>,
): void => {
  if (!uid || uid === metadata.uid) return;
  const reason = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`;
  const key = originalKey(definition, namespace, metadata.name);
  throw conflict(
    resourceOf(definition),
    metadata.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${reason}`,
  );
};

/** @throws StatusError NotFound, before anything is read that a client sent */
export const requireStored = async (registry: Registry, { definition, namespace, name }: WriteRequest): Promise<void> => {
  const stored = await storeOf(registry, definition).get(objectKey(definition, namespace, name));
  if (!stored) throw notFound(resourceOf(definition), name);
};

/** As in the original, plugins have changed the object by then: they are asked about updates that come too late, too. */
const checkVersion = (
  { definition }: WriteRequest,
  change: Change,
  { object, old }: { object: UnstructuredObject; old: UnstructuredObject },
) => {
  const { name } = old.metadata;
  const { resourceVersion } = object.metadata;
  requireVersion(resourceVersion);
  if (resourceVersion && resourceVersion !== '0') {
    if (resourceVersion !== old.metadata.resourceVersion) throw conflict(resourceOf(definition), name);
    return;
  }
  if (!change.unconditional && !definition.strategy.allowUnconditionalUpdate) {
    const error = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalidObject({ group: definition.group, kind: definition.plural }, name, [error]);
  }
};

/** What the strategy makes of the wanted object: the same one, changed, or another. */
const prepared = (request: WriteRequest, wanted: UnstructuredObject, old: UnstructuredObject): UnstructuredObject => {
  const { strategy } = request.definition;
  const rule = subresourceRules[request.subresource];
  let object = wanted;
  if (rule) {
    object = rule.keep(object, old, request.definition);
    if (request.subresource === 'status') strategy.prepareForStatusUpdate?.(object, old);
  } else if (request.subresource !== 'binding') strategy.prepareForUpdate?.(object, old);
  dropRepeatedOwners(object.metadata, request.warn, ' after mutating admission happens');
  tidyMeta(object.metadata);
  // Where a pod runs is told it, not asked of it.
  if (strategy.generation && request.subresource !== 'binding' && rule?.changesSpec !== false && specChanged(object, old)) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  return object;
};

const isFinished = (definition: KindDefinition, object: UnstructuredObject): boolean => {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || finalizers?.length || deletionGracePeriodSeconds) return false;
  return !lifecycleOf(definition).isHeld?.(object);
};

/**
 * Reads, changes, admits, validates and writes one object, again from the start when somebody else was faster. A change that changes
 * nothing is not written.
 * @throws StatusError NotFound, Conflict, Invalid, and what admission refuses with
 */
export const updateObject = (registry: Registry, request: WriteRequest, change: Change): Promise<UpdateOutcome> =>
  onStored(registry, request, (stored, key) => tryUpdate(registry, request, { change, stored, key }));

const tryUpdate = async (
  registry: Registry,
  request: WriteRequest,
  { change, stored, key }: { change: Change; stored: StoredObject; key: string },
): Promise<UpdateOutcome | Overtaken> => {
  const { definition } = request;
  const old = stored.object;
  requireUid(request, change.uid, old);
  const wanted = await change.apply(old);
  ensureNamespace(wanted.metadata, request.namespace);
  if (!change.unconditional) dropRepeatedOwners(wanted.metadata, request.warn);
  if (!change.unconditional) requireUid(request, wanted.metadata.uid, old);
  if (!change.managesFields) trackUpdate(registry, request, { object: wanted, old });
  const attributes = admissionAttributes(request, 'UPDATE', { object: wanted, oldObject: old });
  const { managedFields } = wanted.metadata;
  if (!change.shownAs) await admit(registry, attributes);
  checkVersion(request, change, { object: wanted, old });
  checkManagers(request, wanted, managedFields);
  if (old.metadata.resourceVersion !== undefined) wanted.metadata.resourceVersion = old.metadata.resourceVersion;
  keepSystemFields(wanted.metadata, old.metadata);
  const object = prepared(request, wanted, old);
  attributes.object = object;
  keepTimes(object, old);
  const finished = isFinished(definition, object);
  const reservation = await reserveAll(registry.hooks, request, { object, old, leaves: finished });
  try {
    validateChange(request, { object, old });
    // Whatever admission says of it: a refused request is warned too.
    const texts = request.subresource === 'status' ? [] : definition.strategy.warnings?.(object, old);
    for (const text of texts ?? []) request.warn(text);
    await validateAdmission(registry, change.shownAs ? admittedAs(request, change.shownAs, { object, old }) : attributes);
    if (finished) {
      const value = encodeForStore(definition, object);
      if (request.dryRun) return await dry(reservation, { value, stored, object, deleted: true });
      const gone = await storeOf(registry, definition).delete(key, { expected: stored.revision });
      if (!gone.applied) return await lost(reservation, gone.current);
      await reservation.commit();
      return { value, revision: gone.revision, object, deleted: true };
    }
    if (!request.dryRun && jsonEqual(object, old)) {
      await reservation.rollback();
      return { ...stored, deleted: false };
    }
    const value = encodeForWrite(definition, object);
    if (request.dryRun) return await dry(reservation, { value, stored, object: writtenForm(definition, value, object), deleted: false });
    const result = await storeOf(registry, definition).update(key, value, { expected: stored.revision });
    if (!result.applied) return await lost(reservation, result.current);
    await reservation.commit();
    object.metadata.resourceVersion = String(result.revision);
    handOver(definition, result.value, object);
    return { value: result.value, revision: result.revision, object: writtenForm(definition, result.value, object), deleted: false };
  } catch (error) {
    await reservation.rollback();
    throw error;
  }
};

const admittedAs = (
  request: WriteRequest,
  shown: (object: UnstructuredObject) => UnstructuredObject,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject },
): AdmissionAttributes => admissionAttributes(request, 'UPDATE', { object: shown(object), oldObject: shown(old) });

type Held = Awaited<ReturnType<typeof reserveAll>>;

const lost = async (reservation: Held, overtaken: KeyValue | undefined): Promise<Overtaken> => {
  await reservation.rollback();
  return { overtaken };
};

const dry = async (
  reservation: Held,
  { value, stored, object, deleted }: { value: Uint8Array; stored: StoredObject; object: UnstructuredObject; deleted: boolean },
): Promise<UpdateOutcome> => {
  await reservation.rollback();
  return { value, revision: stored.revision, object, deleted };
};
