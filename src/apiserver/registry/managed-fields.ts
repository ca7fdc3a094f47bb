import type { KindDefinition } from '../../api/kind-definition.ts';
import { allFields, excludeFields } from '../../apimachinery/apply/field-filters.ts';
import { decodeManagers, encodeManagers } from '../../apimachinery/apply/manager.ts';
import { sameButTimes } from '../../apimachinery/apply/same-but-times.ts';
import { trackUpdate as trackFields, type WriteContext } from '../../apimachinery/apply/track-update.ts';
import type { FieldFilter, VersionedKind } from '../../apimachinery/apply/versions.ts';
import { formatGroupVersion, parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { JsonObject, ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SchemaSource } from '../../apimachinery/schema/json-schema.ts';
import type { KindCatalog } from './contract.ts';
import { formatTime } from './object-meta.ts';
import { metadataUnownedWithStatus } from './status-metadata.ts';
import type { Registry, WriteRequest } from './registry.ts';

export const asJson = (object: UnstructuredObject): JsonObject => object as unknown as JsonObject;
export const asObject = (json: JsonObject): UnstructuredObject => json as unknown as UnstructuredObject;

const unservedSchema = ({ group, custom }: KindDefinition, apiVersion: string): SchemaSource | undefined => {
  const wanted = parseGroupVersion(apiVersion);
  return wanted.group === group ? custom?.unserved?.(wanted.version) : undefined;
};

/** The kind in all its versions: managers remember in which one they wrote. */
const versionedKind = (definition: KindDefinition, catalog: KindCatalog, subresource: string): VersionedKind => {
  const inVersion = (apiVersion: string): KindDefinition | undefined => {
    const { group, version } = parseGroupVersion(apiVersion);
    if (group === definition.group && version === definition.version) return definition;
    // A kind that another group has too (Event) has other managers there.
    if (group !== definition.group) return undefined;
    return catalog.findKind(group, version, definition.kind);
  };
  const convert = (object: JsonObject, apiVersion: string): JsonObject => {
    const stored = definition.storage ? definition.storage.toStored(asObject(object)) : asObject(object);
    const target = inVersion(apiVersion)?.storage;
    return asJson(target ? target.fromStored(stored) : stored);
  };
  return {
    schema: (apiVersion) => inVersion(apiVersion)?.schema() ?? unservedSchema(definition, apiVersion),
    filtersOwnVersion: definition.custom !== undefined && subresource === '',
    ...(definition.storage ? { convert } : {}),
  };
};

const withoutStatus = excludeFields(['status']);
const withoutSpecAndStatus = excludeFields(['spec'], ['status']);

/** What of a CertificateSigningRequest nobody can own: all but metadata, its conditions (approval), and what signers write (status). */
const requestFilters: Readonly<Record<string, FieldFilter>> = {
  '': withoutSpecAndStatus,
  status: excludeFields(['spec'], ['status', 'conditions']),
  approval: excludeFields(['spec'], ['status', 'certificate']),
};

/** What a write to this subresource cannot change, it cannot own. */
const filterFor = (definition: KindDefinition, subresource: string): FieldFilter => {
  if (definition.group === 'certificates.k8s.io') return requestFilters[subresource] ?? allFields;
  if (subresource === 'status') {
    const unowned = metadataUnownedWithStatus(definition);
    return excludeFields(['spec'], ...unowned.map((field) => (field === 'metadata' ? ['metadata'] : ['metadata', field])));
  }
  return subresource === '' && definition.subresources.some(({ name }) => name === 'status') ? withoutStatus : allFields;
};

/** Who writes, for managedFields. */
export const fieldWriter = (
  { catalog, now }: Registry,
  { definition, subresource, fieldManager }: WriteRequest,
): Required<WriteContext> => ({
  manager: fieldManager,
  apiVersion: formatGroupVersion(definition.group, definition.version),
  subresource,
  time: formatTime(now()),
  filter: filterFor(definition, subresource),
  kind: versionedKind(definition, catalog, subresource),
});

const setManagers = (metadata: ObjectMeta, managers: ObjectMeta['managedFields']): void => {
  if (managers) metadata.managedFields = managers;
  else delete metadata.managedFields;
};

/** Records in metadata.managedFields which fields this write sets, as a create or an update does (KEP-555). Changes the object in place. */
export const trackUpdate = (
  registry: Registry,
  request: WriteRequest,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject | undefined },
): void => {
  const { manager, apiVersion, subresource, time, filter, kind } = fieldWriter(registry, request);
  const entries = trackFields({ manager, apiVersion, subresource, time, filter, kind, old: old && asJson(old), new: asJson(object) });
  setManagers(object.metadata, entries);
};

/** A write that changes nothing but times in managedFields changes nothing at all. Changes the object in place. */
export const keepTimes = (object: UnstructuredObject, old: UnstructuredObject): void => {
  if (sameButTimes(asJson(object), asJson(old))) setManagers(object.metadata, old.metadata.managedFields);
};

/** Admission may change managers, but not into what is none: that is undone, in the words of the original. Changes the object in place. */
export const checkManagers = (request: WriteRequest, { metadata }: UnstructuredObject, tracked: ObjectMeta['managedFields']): void => {
  if (metadata.managedFields === tracked) return;
  try {
    setManagers(metadata, encodeManagers(decodeManagers(metadata.managedFields)));
  } catch (error) {
    setManagers(metadata, tracked);
    const why = error instanceof Error ? error.message : String(error);
    request.warn(
      `.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ${why}`,
    );
  }
};
