import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../../registry/contract.ts';

/** Other served versions of the same stored resource, which matchPolicy Equivalent takes for the same. */
export const equivalentsOf = (definition: KindDefinition, catalog: KindCatalog): readonly KindDefinition[] => {
  const identity = ({ storage, group, plural }: KindDefinition): string => `${storage?.group ?? group}/${storage?.plural ?? plural}`;
  const own = identity(definition);
  return catalog.all().filter((other) => other !== definition && identity(other) === own && !other.virtual);
};

/** The object as another version of its kind shows it. */
export const convertBetween = (object: UnstructuredObject, from: KindDefinition, to: KindDefinition): UnstructuredObject => {
  if (from === to) return object;
  const stored = from.storage ? from.storage.toStored(structuredClone(object)) : structuredClone(object);
  const converted = to.storage ? to.storage.fromStored(stored) : stored;
  return { ...converted, apiVersion: formatGroupVersion(to.group, to.version), kind: to.kind };
};
