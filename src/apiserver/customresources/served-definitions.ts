import type { KindDefinition } from '../../api/kind-definition.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { isConditionTrue } from './conditions.ts';
import { isTerminating } from './definition-object.ts';
import type { StoredDefinition } from './definition-object.ts';
import { kindDefinitions } from './kind-definitions.ts';
import type { KindParts } from './kind-definitions.ts';

/** What a served kind depends on: a change of anything else in the object does not touch the catalog. */
const servedForm = ({ metadata, spec, status }: StoredDefinition) => ({
  uid: metadata.uid,
  generation: metadata.generation,
  spec,
  names: status?.acceptedNames,
  storedVersions: status?.storedVersions,
  terminating: metadata.deletionTimestamp !== undefined,
});

const versionIn = ({ versions }: StoredDefinition['spec'], name: string) => versions.find((version) => version.name === name);

interface Served {
  readonly form: ReturnType<typeof servedForm>;
  readonly versions: readonly string[];
  readonly resource: string;
  readonly group: string;
}

/** The catalog's entries that come from CustomResourceDefinitions. */
export interface ServedDefinitions {
  /** Serves the definition as it is now, or stops serving it when it is not established. */
  update(definition: StoredDefinition): void;
  remove(name: string): void;
}

export const createServedDefinitions = (catalog: KindCatalog, parts: KindParts): ServedDefinitions => {
  const served = new Map<string, Served>();
  const versionsOf = ({ group, version }: Pick<KindDefinition, 'group' | 'version'>): string => formatGroupVersion(group, version);
  /** Group versions of our own: a definition that says it is of one of them is established, and nothing of it is served. */
  const own = new Set(catalog.all().map(versionsOf));

  const removeVersions = ({ group, resource, versions }: Served, keep: readonly string[] = []): void => {
    for (const version of versions) if (!keep.includes(version)) catalog.remove({ group, version, resource });
  };

  const remove = (name: string): void => {
    const entry = served.get(name);
    if (!entry) return;
    served.delete(name);
    removeVersions(entry);
  };

  return {
    update(definition) {
      const { name } = definition.metadata;
      if (!isConditionTrue(definition.status, 'Established') && !isTerminating(definition)) {
        remove(name);
        return;
      }
      const before = served.get(name);
      const form = servedForm(definition);
      if (before && jsonEqual(before.form, form)) return;
      const kinds = kindDefinitions(definition, parts).filter((kind) => !own.has(versionsOf(kind)));
      const versions = kinds.map(({ version }) => version);
      served.set(name, { form, versions, resource: definition.spec.names.plural ?? '', group: definition.spec.group });
      for (const kind of kinds) catalog.put(kind);
      if (before) removeVersions(before, versions);
      const { group } = definition.spec;
      const changed = before
        ? versions.filter((version) => !jsonEqual(versionIn(before.form.spec, version), versionIn(form.spec, version)))
        : versions;
      parts.measures.regenerated(name, before ? 'update' : 'add', { group, versions: changed });
    },
    remove,
  };
};
