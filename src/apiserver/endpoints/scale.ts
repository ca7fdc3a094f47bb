import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { badRequest, internalError, invalidObject, notFound, unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { goPrint } from '../../apimachinery/text/go-print.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { decodePatch, patchTypes } from '../../apimachinery/patch/patch-request.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { decodeBody } from '../http/decode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import { admissionAttributes, admit } from '../registry/admission-chain.ts';
import { objectKey } from '../registry/keys.ts';
import { ensureNamespace } from '../registry/object-meta.ts';
import { storeOf, resourceOf, type Registry, type WriteRequest } from '../registry/registry.ts';
import { applyScale, managersAfterScale, type ScaleManagers, withScaleManagers } from '../registry/scale-fields.ts';
import { hasReplicas, scaleOf, setReplicas, type Scale } from '../registry/scale-view.ts';
import { readObject } from '../registry/stored-object.ts';
import { requireUid, updateObject } from '../registry/update.ts';
import { readConfiguration, requireKind } from './apply.ts';
import { inConversionWords } from './conversion-words.ts';
import { shapeObject, toObject } from './decode-object.ts';
import { objectResponse } from './output.ts';
import { customPatches, unfit, unsupportedPatch } from './unfit.ts';
import { scaleKind } from '../registry/scale-kind.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

/** Stands for no replicas while a patch is applied: no Scale can ask for them. */
const unset = -(2 ** 31);

const replicasField = ({ scale }: KindDefinition): string => goQuote(scale?.specReplicasPath ?? '.spec.replicas');

const checkName = ({ metadata }: Scale, name: string): void => {
  if (metadata?.name === name) return;
  throw badRequest(`the name of the object (${metadata?.name ?? ''}) does not match the name on the URL (${name})`);
};

const checkScale = (scale: Scale, name: string): number => {
  const replicas = scale.spec?.replicas ?? 0;
  const errors: FieldError[] = [];
  checkName(scale, name);
  if (replicas < 0) errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  if (errors.length > 0) throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, errors);
  return replicas;
};

interface WantedScale extends ScaleManagers {
  readonly scale: Scale;
}

/** How the wanted Scale comes about: the body of a PUT, a patch of the present one, or server-side apply. */
const readChange = async (
  registry: Registry,
  resource: ResourceRequest,
): Promise<{
  readonly write: WriteRequest;
  readonly present: (parent: UnstructuredObject) => Scale;
  readonly change: (parent: UnstructuredObject) => WantedScale;
}> => {
  const { request, info, definition } = resource;
  const { type } = parseMediaType(request.headers['content-type'] ?? '');
  const isApply = info.verb === 'patch' && type === 'application/apply-patch+yaml';
  const { write, fieldValidation, force } = parseWriteOptions(resource, info.verb === 'update' ? 'UpdateOptions' : 'PatchOptions', {
    apply: isApply,
  });
  const present = (parent: UnstructuredObject): Scale =>
    withScaleManagers(registry, definition, { current: scaleOf(definition, parent), parent });
  if (isApply) {
    const { patch } = await readConfiguration(resource);
    return {
      write,
      present,
      change(parent) {
        requireKind(patch, scaleKind);
        return applyScale(registry, write, { current: present(parent), parent, patch, force });
      },
    };
  }
  const replaced = (parent: UnstructuredObject, current: Scale, wanted: Scale): WantedScale => ({
    scale: wanted,
    ...managersAfterScale(registry, write, { current, parent, wanted }),
  });
  if (info.verb === 'update') {
    const body = await decodeBody(request, 'Scale', { duplicates: fieldValidation !== 'Ignore' });
    const wanted = toObject(registry, scaleKind, { body, fieldValidation, warn: write.warn }) as Scale;
    checkName(wanted, info.name);
    ensureNamespace(wanted.metadata, info.namespace);
    return { write, present, change: (parent) => replaced(parent, present(parent), wanted) };
  }
  const patchType = patchTypes[type];
  const allowed = patchType !== undefined && !(patchType === 'strategic' && definition.custom);
  if (!allowed) throw definition.custom ? unsupportedMediaType(customPatches) : unsupportedPatch();
  const duplicates = fieldValidation !== 'Ignore';
  const patch = decodePatch(await request.body(), { type: patchType, schema: scaleKind.schema(), duplicates });
  const { strictErrors } = patch;
  return {
    write,
    present,
    change(parent) {
      const current = present(parent);
      const base = hasReplicas(definition, parent) ? current : { ...current, spec: { replicas: unset } };
      const value = deepClone(patch.apply(base as unknown as JsonObject)) as unknown as UnstructuredObject;
      const refuse = (message: string): Error =>
        patchType === 'strategic' ? unfit(goPrint(patch.value), inConversionWords(message)) : unfit(encodeJson(value), message);
      const wanted = shapeObject(registry, scaleKind, { value, strictErrors, fieldValidation, warn: write.warn, refuse }) as Scale;
      if (wanted.spec?.replicas === unset) throw badRequest(`the spec replicas field ${replicasField(definition)} cannot be empty`);
      return replaced(parent, current, wanted);
    },
  };
};

/** GET, PUT and PATCH of a scale subresource: autoscaling/v1 Scale of anything with replicas. */
export const scaleEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, info } = resource;
  const respond = (object: UnstructuredObject): ApiResponse =>
    objectResponse({ ...resource, definition: scaleKind }, 200, { object: scaleOf(definition, object), now: registry.now() });
  if (info.verb === 'get') {
    const found = await storeOf(registry, definition).get(objectKey(definition, info.namespace, info.name));
    if (!found) throw notFound(resourceOf(definition), info.name);
    const object = readObject(definition, found.value);
    if (!hasReplicas(definition, object)) throw internalError(`the spec replicas field ${replicasField(definition)} does not exist`);
    return respond(object);
  }
  const { write, present, change } = await readChange(registry, resource);
  const updated = await updateObject(registry, write, {
    unconditional: true,
    managesFields: true,
    shownAs: (object) => scaleOf(definition, object),
    async apply(parent) {
      const current = deepClone(parent);
      const { scale, own, managedFields } = change(current);
      if (own) scale.metadata.managedFields = own;
      await admit(registry, admissionAttributes(write, 'UPDATE', { object: scale, oldObject: present(parent) }));
      setReplicas(definition, current, checkScale(scale, info.name));
      const { uid, resourceVersion } = scale.metadata;
      requireUid({ ...write, definition }, uid, parent);
      if (resourceVersion) current.metadata.resourceVersion = resourceVersion;
      if (managedFields) current.metadata.managedFields = managedFields;
      else delete current.metadata.managedFields;
      return current;
    },
  });
  return respond(updated.object);
};
