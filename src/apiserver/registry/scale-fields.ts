import type { KindDefinition } from '../../api/kind-definition.ts';
import { schemaSource } from '../../api/definitions.ts';
import { applyPatch } from '../../apimachinery/apply/apply-patch.ts';
import { toParentManagers, toScaleManagers, type ReplicasPaths } from '../../apimachinery/apply/scale-managers.ts';
import { trackUpdate, type WriteContext } from '../../apimachinery/apply/track-update.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { JsonObject, ManagedFieldsEntry, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { asJson, fieldWriter } from './managed-fields.ts';
import type { Registry, WriteRequest } from './registry.ts';
import type { Scale } from './scale-view.ts';

const scaleSchema = () => schemaSource('io.k8s.api.autoscaling.v1.Scale');

const pathsOf = (registry: Registry, definition: KindDefinition): ReplicasPaths =>
  Object.fromEntries(
    registry.catalog
      .all()
      .filter(({ group, plural }) => group === definition.group && plural === definition.plural)
      .map(({ group, version, scale }) => [
        formatGroupVersion(group, version),
        (scale?.specReplicasPath ?? '.spec.replicas').split('.').filter((field) => field !== ''),
      ]),
  );

const scaleWriter = (registry: Registry, request: WriteRequest): WriteContext => {
  const { filter: _filter, ...writer } = fieldWriter(registry, request);
  return {
    ...writer,
    apiVersion: 'autoscaling/v1',
    kind: { schema: (apiVersion) => (apiVersion === 'autoscaling/v1' ? scaleSchema() : undefined) },
  };
};

export interface ScaleChange {
  /** As it is, with the managers of the parent's replicas. */
  readonly current: Scale;
  readonly parent: UnstructuredObject;
}

/** A Scale with the managers that the parent has for its replicas. */
export const withScaleManagers = (registry: Registry, definition: KindDefinition, { current, parent }: ScaleChange): Scale => {
  const managedFields = toScaleManagers(parent.metadata.managedFields, pathsOf(registry, definition));
  return managedFields ? { ...current, metadata: { ...current.metadata, managedFields } } : current;
};

/** No replicas are not written (`omitempty`), so nobody comes to own them. */
const withoutZero = (scale: Scale): Scale => (scale.spec?.replicas === 0 ? { ...scale, spec: {} } : scale);

/** The managers of a Scale, as admission sees them, and of its parent. */
export interface ScaleManagers {
  readonly own: ManagedFieldsEntry[] | undefined;
  readonly managedFields: ManagedFieldsEntry[] | undefined;
}

/** Who manages what after the Scale was replaced by `wanted`. */
export const managersAfterScale = (
  registry: Registry,
  request: WriteRequest,
  { current, parent, wanted }: ScaleChange & { readonly wanted: Scale },
): ScaleManagers => {
  const objects = { old: asJson(withoutZero(current)), new: asJson(withoutZero(wanted)) };
  const entries = trackUpdate({ ...scaleWriter(registry, request), ...objects, subresource: 'scale' });
  return { own: entries, managedFields: parentEntries(registry, request, { parent, entries }) };
};

const parentEntries = (
  registry: Registry,
  { definition }: WriteRequest,
  { parent, entries }: { readonly parent: UnstructuredObject; readonly entries: ManagedFieldsEntry[] | undefined },
): ManagedFieldsEntry[] | undefined =>
  toParentManagers(parent.metadata.managedFields, entries, {
    paths: pathsOf(registry, definition),
    apiVersion: formatGroupVersion(definition.group, definition.version),
  });

/** Server-side apply of a Scale. @throws StatusError Conflict */
export const applyScale = (
  registry: Registry,
  request: WriteRequest,
  { current, parent, patch, force }: ScaleChange & { readonly patch: JsonObject; readonly force: boolean },
): ScaleManagers & { readonly scale: Scale } => {
  const applied = applyPatch({ ...scaleWriter(registry, request), live: asJson(current), patch, force });
  const managedFields = parentEntries(registry, request, { parent, entries: applied.managedFields });
  return { scale: applied.object as unknown as Scale, own: applied.managedFields, managedFields };
};
