import { conflict, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { Status } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { admissionAttributes, admit, validateAdmission } from './admission-chain.ts';
import { lifecycleOf, type LifecycleRule } from './lifecycle-rules.ts';
import { formatTime } from './object-meta.ts';
import { onStored, type Overtaken } from './on-stored.ts';
import { storeOf, type Registry, type WriteRequest } from './registry.ts';
import { reserveAll } from './storage-hook.ts';
import { encodeForStore, readStored, type StoredObject } from './stored-object.ts';
import { sameButVersion } from './value-codec.ts';

/** meta/v1 DeleteOptions, decoded. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
}

/** `object` is the last state: terminating, or what was removed when `deleted`. */
export type DeleteOutcome = StoredObject & { readonly deleted: boolean };

/** @throws StatusError Conflict when the object is not the one, or no longer as, the options say */
export const checkPreconditions = (
  { definition }: WriteRequest,
  { object }: Pick<StoredObject, 'object'>,
  { preconditions }: DeleteOptions,
): void => {
  const { name, uid, resourceVersion } = object.metadata;
  // Namespaces and definitions are looked at before their deletion is prepared, and say so in words of their own.
  const { notesTimeOnly } = lifecycleOf(definition);
  const refuse = (message: string): never => {
    throw conflict({ group: definition.group, resource: notesTimeOnly ? definition.plural : definition.kind }, name, message);
  };
  const failed = (field: string, wanted: string, actual: string | undefined): string =>
    `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${actual}`;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const differs = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`;
    refuse(notesTimeOnly ? failed('UID', preconditions.uid, uid) : `${differs}. The object might have been deleted and then recreated`);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const differs = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion})`;
    refuse(
      notesTimeOnly
        ? failed('ResourceVersion', preconditions.resourceVersion, resourceVersion)
        : `${differs}. The object might have been modified`,
    );
  }
};

/** The finalizers that propagationPolicy asks the garbage collector for; without one, what stands there stays. */
const finalizersFor = (current: readonly string[], { orphanDependents, propagationPolicy }: DeleteOptions): string[] => {
  const kept = current.filter((finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
  if (propagationPolicy === 'Orphan' || orphanDependents === true) return [...kept, 'orphan'];
  if (propagationPolicy === 'Foreground') return [...kept, 'foregroundDeletion'];
  if (propagationPolicy === 'Background' || orphanDependents === false) return kept;
  return [...current];
};

/** What the request leaves open, the kind may decide. */
const propagationOf = ({ orphansByDefault }: LifecycleRule, options: DeleteOptions): DeleteOptions =>
  orphansByDefault && leavesPropagation(options) ? { ...options, propagationPolicy: 'Orphan' } : options;

const leavesPropagation = ({ propagationPolicy, orphanDependents }: DeleteOptions): boolean =>
  propagationPolicy === undefined && orphanDependents === undefined;

/** What a client is told that leaves open what becomes of dependents, whether or not anything is deleted then. */
export const propagationWarning = (definition: KindDefinition, options: DeleteOptions): string | undefined =>
  leavesPropagation(options) ? lifecycleOf(definition).orphansByDefault?.warning : undefined;

const grace = (request: WriteRequest, object: UnstructuredObject, options: DeleteOptions): number => {
  const { strategy } = request.definition;
  const seconds = strategy.gracePeriodSeconds
    ? (strategy.gracePeriodSeconds(object, options.gracePeriodSeconds) ?? 0)
    : (lifecycleOf(request.definition).graceSeconds?.(object, options.gracePeriodSeconds) ?? 0);
  const pending = object.metadata.deletionGracePeriodSeconds;
  // A second deletion may shorten the wait, never lengthen it.
  return object.metadata.deletionTimestamp !== undefined && pending !== undefined && pending < seconds ? pending : seconds;
};

/** A time no later than RFC 3339 can say: periods go up to 2^63 seconds. */
const timeAfter = (milliseconds: number, seconds: number): string =>
  formatTime(Math.max(0, Math.min(milliseconds + Number(seconds) * 1000, latestTime)));
const latestTime = Date.UTC(9999, 11, 31, 23, 59, 59);

const markTerminating = (
  object: UnstructuredObject,
  { notesTimeOnly }: LifecycleRule,
  { graceSeconds, now }: { readonly graceSeconds: number; readonly now: number },
): void => {
  const { metadata } = object;
  if (metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = timeAfter(now, graceSeconds);
    if (notesTimeOnly) return;
    metadata.deletionGracePeriodSeconds = graceSeconds;
    if (metadata.generation) metadata.generation += 1;
  } else if (metadata.deletionGracePeriodSeconds !== undefined && graceSeconds < metadata.deletionGracePeriodSeconds) {
    const started = Date.parse(metadata.deletionTimestamp) - Number(metadata.deletionGracePeriodSeconds) * 1000;
    metadata.deletionTimestamp = timeAfter(started, graceSeconds);
    metadata.deletionGracePeriodSeconds = graceSeconds;
  }
};

/**
 * Deletes an object, or marks it terminating while finalizers or a grace period hold it.
 * @throws StatusError NotFound, Conflict, and what admission refuses with
 */
export const deleteObject = (registry: Registry, request: WriteRequest, options: DeleteOptions): Promise<DeleteOutcome> =>
  onStored(registry, request, (stored, key) => tryDelete(registry, request, { options, stored, key }));

const tryDelete = async (
  registry: Registry,
  request: WriteRequest,
  { options, stored, key }: { options: DeleteOptions; stored: StoredObject; key: string },
): Promise<DeleteOutcome | Overtaken> => {
  const { definition } = request;
  checkPreconditions(request, stored, options);
  const attributes = admissionAttributes(request, 'DELETE', { object: undefined, oldObject: stored.object });
  await admit(registry, attributes);
  await validateAdmission(registry, attributes);
  const object = readStored(definition, { key, value: stored.value, modRevision: stored.revision }).object;
  const lifecycle = lifecycleOf(definition);
  const finalizers = finalizersFor(object.metadata.finalizers ?? [], propagationOf(lifecycle, options));
  const graceSeconds = grace(request, object, options);
  if (finalizers.length === 0 && graceSeconds === 0 && !lifecycle.isHeld?.(object)) {
    const last = lifecycle.graceSeconds ? await terminated(registry, request, { stored, object, key }) : stored;
    return 'overtaken' in last ? last : removeObject(registry, request, { stored: last, key });
  }
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
  markTerminating(object, lifecycle, { graceSeconds, now: registry.now() });
  lifecycle.terminate?.(object);
  const value = encodeForStore(definition, object);
  if (request.dryRun || sameButVersion(value, stored.value)) return { ...stored, object, deleted: false };
  const result = await storeOf(registry, definition).update(key, value, { expected: stored.revision });
  if (!result.applied) return { overtaken: result.current };
  object.metadata.resourceVersion = String(result.revision);
  return { value: result.value, revision: result.revision, object, deleted: false };
};

/** What knows periods of grace is seen with one of none before it is gone, as from kube-apiserver. */
const terminated = async (
  registry: Registry,
  request: WriteRequest,
  { stored, object, key }: { stored: StoredObject; object: UnstructuredObject; key: string },
): Promise<StoredObject | Overtaken> => {
  const { definition } = request;
  markTerminating(object, lifecycleOf(definition), { graceSeconds: 0, now: registry.now() });
  const value = encodeForStore(definition, object);
  if (request.dryRun || sameButVersion(value, stored.value)) return { ...stored, object };
  const result = await storeOf(registry, definition).update(key, value, { expected: stored.revision });
  if (!result.applied) return { overtaken: result.current };
  object.metadata.resourceVersion = String(result.revision);
  return { value: result.value, revision: result.revision, object };
};

const removeObject = async (
  registry: Registry,
  request: WriteRequest,
  { stored, key }: { stored: StoredObject; key: string },
): Promise<DeleteOutcome | Overtaken> => {
  if (request.dryRun) return { ...stored, deleted: true };
  const reservation = await reserveAll(registry.hooks, request, { object: undefined, old: stored.object });
  const result = await storeOf(registry, request.definition).delete(key, { expected: stored.revision });
  if (!result.applied) {
    await reservation.rollback();
    return { overtaken: result.current };
  }
  await reservation.commit();
  const { metadata } = stored.object;
  const object = { ...stored.object, metadata: { ...metadata, resourceVersion: String(result.revision) } };
  return { ...stored, object, revision: result.revision, deleted: true };
};

/** What a completed deletion is answered with, for kinds that do not answer the object. */
export const deletedStatus = (request: WriteRequest, object: UnstructuredObject): Omit<Status, 'code'> => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name: object.metadata.name,
    ...(request.definition.group === '' ? {} : { group: request.definition.group }),
    kind: request.definition.plural,
    ...(object.metadata.uid ? { uid: object.metadata.uid } : {}),
  },
});

/** @throws StatusError Invalid when the options contradict themselves */
export const checkDeleteOptions = (options: DeleteOptions): void => {
  const { propagationPolicy, orphanDependents } = options;
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const error = invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set');
    throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [error]);
  }
  if (propagationPolicy !== undefined && !['Orphan', 'Background', 'Foreground'].includes(propagationPolicy)) {
    const error = { type: 'FieldValueNotSupported' as const, field: 'propagationPolicy', badValue: propagationPolicy };
    const detail = 'supported values: "Foreground", "Background", "Orphan", "nil"';
    throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [{ ...error, detail }]);
  }
};
