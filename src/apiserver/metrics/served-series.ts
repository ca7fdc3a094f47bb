import type { KindDefinition } from '../../api/kind-definition.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { resourcePrefix, storedResource } from '../registry/keys.ts';

/** Whether this is what the catalog serves now, not an earlier definition of the same resource. */
export const isServed = (catalog: KindCatalog, definition: KindDefinition): boolean =>
  catalog.find({ group: definition.group, version: definition.version, resource: definition.plural }) === definition;

/** What is made when it is first needed, and only while the definition is served. */
export const whileServed = <S>(catalog: KindCatalog, definition: KindDefinition, make: () => S): (() => S | undefined) => {
  let made: S | undefined;
  return () => made ?? (isServed(catalog, definition) ? (made = make()) : undefined);
};

/**
 * The series of a resource, made once for each definition and only while it is served: who comes late, for a resource that is gone, gets
 * none, or those that count for nothing any more.
 */
export const seriesByDefinition = <S>(
  catalog: KindCatalog,
  make: (definition: KindDefinition) => S,
): ((definition: KindDefinition) => S | undefined) => {
  const known = new WeakMap<KindDefinition, S>();
  return (definition) => {
    const found = known.get(definition);
    if (found) return found;
    if (!isServed(catalog, definition)) return undefined;
    const made = make(definition);
    known.set(definition, made);
    return made;
  };
};

/** The same for what is known by its keys' prefix only: a stored resource, whatever its versions. */
export const seriesByPrefix = <S>(
  catalog: KindCatalog,
  make: (resource: { readonly group: string; readonly resource: string }) => S,
): ((prefix: string) => S | undefined) => {
  let known = new Map<string, S | undefined>();
  // Definitions come and go: what was made for one that stays is found again, with its values.
  catalog.onChange(() => {
    known = new Map();
  });
  return (prefix) => {
    if (known.has(prefix)) return known.get(prefix);
    const definition = catalog.all().find((each) => !each.virtual && resourcePrefix(each) === prefix);
    const made = definition && make({ group: storedResource(definition).group, resource: storedResource(definition).plural });
    known.set(prefix, made);
    return made;
  };
};
