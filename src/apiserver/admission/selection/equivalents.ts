import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../../registry/contract.ts';

const serves = ({ subresources }: KindDefinition, subresource: string): boolean =>
  subresource === '' || subresources.some(({ name }) => name === subresource);

/** Other served versions of the same stored resource, which matchPolicy Equivalent takes for the same, if they have the subresource too. */
export const equivalentsOf = (definition: KindDefinition, subresource: string, catalog: KindCatalog): readonly KindDefinition[] => {
  const identity = ({ storage, group, plural }: KindDefinition): string => `${storage?.group ?? group}/${storage?.plural ?? plural}`;
  const own = identity(definition);
  return catalog.all().filter((other) => other !== definition && identity(other) === own && !other.virtual && serves(other, subresource));
};

/** The object as another version of its kind shows it. What a subresource has of another kind (a Scale) is the same in all of them. */
export const convertBetween = (
  object: UnstructuredObject,
  { from, to, subresource }: { readonly from: KindDefinition; readonly to: KindDefinition; readonly subresource: string },
): UnstructuredObject => {
  if (from === to || from.subresources.some(({ name, kind }) => name === subresource && kind)) return object;
  const stored = from.storage ? from.storage.toStored(structuredClone(object)) : structuredClone(object);
  const converted = to.storage ? to.storage.fromStored(stored) : stored;
  return { ...converted, apiVersion: formatGroupVersion(to.group, to.version), kind: to.kind };
};
