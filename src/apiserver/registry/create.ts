import { alreadyExists, badRequest, generateNameConflict } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { generateName } from '../../apimachinery/validation/generate-name.ts';
import { isVersion } from './object-version.ts';
import { admissionAttributes, admit, validateAdmission } from './admission-chain.ts';
import { objectKey } from './keys.ts';
import { dropRepeatedOwners, dropSystemFields, ensureNamespace, fillSystemFields, tidyMeta } from './object-meta.ts';
import { checkManagers, trackUpdate } from './managed-fields.ts';
import { storeOf, resourceOf, type Registry, type WriteRequest } from './registry.ts';
import { reserveAll } from './storage-hook.ts';
import { encodeForWrite, readObject, writtenForm, type StoredObject } from './stored-object.ts';
import { validateNew } from './validate-object.ts';
import { handOver } from './written-objects.ts';

/** How often a taken generated name is replaced by another (KEP-4420). */
const generateNameAttempts = 8;

/**
 * Creates an object that is decoded and defaulted already; `object` is changed in place. `managesFields`: server-side apply has set
 * managedFields itself.
 * @throws StatusError (500) when it says a resourceVersion, AlreadyExists, Invalid, BadRequest, and what admission refuses with
 */
export const createObject = async (
  registry: Registry,
  request: WriteRequest,
  object: UnstructuredObject,
  { managesFields = false }: { readonly managesFields?: boolean } = {},
): Promise<StoredObject> => {
  const { definition } = request;
  const { metadata } = object;
  refuseVersion(request, metadata);
  ensureNamespace(metadata, request.namespace);
  if (request.name !== '' && metadata.name !== request.name) {
    if (metadata.name) {
      throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
    }
    metadata.name = request.name;
  }
  if (!managesFields) dropSystemFields(metadata);
  dropRepeatedOwners(metadata, request.warn);
  const generated = !metadata.name && Boolean(metadata.generateName);
  if (!managesFields) trackUpdate(registry, request, { object, old: undefined });
  for (let attempt = 1; ; attempt += 1) {
    // Who may still change the object sees no name yet.
    if (generated) delete (object.metadata as Partial<ObjectMeta>).name;
    const stored = await tryCreate(registry, request, object);
    if (stored) return stored;
    // Admission may have given it another one.
    const { name, generateName: prefix } = object.metadata;
    if (!generated && !prefix) throw await nameTaken(registry, request, name);
    if (!generated || attempt === generateNameAttempts) throw generateNameConflict(resourceOf(definition), name);
  }
};

/** One that is no number is no version, and not looked at. @throws StatusError (500) */
const refuseVersion = ({ dryRun }: WriteRequest, { resourceVersion }: ObjectMeta): void => {
  if (!dryRun && isVersion(resourceVersion) && Number(resourceVersion) > 0)
    throw new StatusError('', 'resourceVersion should not be set on objects to be created');
};

/** The name is taken, for now at least when its holder is on its way out. */
const nameTaken = async (registry: Registry, { definition, namespace }: WriteRequest, name: string): Promise<Error> => {
  const holder = await storeOf(registry, definition).get(objectKey(definition, namespace, name));
  const leaves = holder && readObject(definition, holder.value).metadata.deletionTimestamp !== undefined;
  const error = alreadyExists(resourceOf(definition), name);
  return leaves ? Object.assign(error, { message: `object is being deleted: ${error.message}` }) : error;
};

/** Undefined when the name is taken. */
const tryCreate = async (registry: Registry, request: WriteRequest, object: UnstructuredObject): Promise<StoredObject | undefined> => {
  const { definition } = request;
  const attributes = admissionAttributes(request, 'CREATE', { object, oldObject: undefined });
  const { managedFields } = object.metadata;
  await admit(registry, attributes);
  const { metadata } = object;
  const afterAdmission = { ...metadata };
  ensureNamespace(metadata, request.namespace);
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName, registry.random);
  fillSystemFields(definition, metadata, registry.now());
  checkManagers(request, object, managedFields);
  definition.strategy.prepareForCreate?.(object, request.user);
  dropRepeatedOwners(object.metadata, request.warn, ' after mutating admission happens');
  tidyMeta(object.metadata);
  const reservation = await reserveAll(registry.hooks, request, { object, old: undefined });
  try {
    validateNew(definition, object);
    // Whatever admission says of it: a refused request is warned too.
    for (const text of definition.strategy.warnings?.(object, undefined) ?? []) request.warn(text);
    await validateAdmission(registry, { ...attributes, name: metadata.name });
    const key = objectKey(definition, request.namespace, object.metadata.name);
    const value = encodeForWrite(definition, object);
    if (request.dryRun) {
      const taken = await storeOf(registry, definition).get(key);
      await reservation.rollback();
      return taken ? undefined : { value, revision: 0n, object: writtenForm(definition, value, object) };
    }
    refuseVersion(request, afterAdmission);
    const result = await storeOf(registry, definition).create(
      key,
      value,
      definition.ttlSeconds === undefined ? {} : { ttlSeconds: definition.ttlSeconds },
    );
    if (!result.applied) {
      await reservation.rollback();
      return undefined;
    }
    await reservation.commit();
    object.metadata.resourceVersion = String(result.revision);
    handOver(definition, result.value, object);
    return { value: result.value, revision: result.revision, object: writtenForm(definition, result.value, object) };
  } catch (error) {
    await reservation.rollback();
    throw error;
  }
};
