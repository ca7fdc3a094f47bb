import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { annotations } from '../api/names.ts';
import type { BindingSpec, ResourceBinding } from '../api/resource-binding.ts';
import { bindingKeyFor } from '../binding-store.ts';
import type { BindingStore } from '../binding-store.ts';
import { changesWishes } from '../changes.ts';
import { dependenciesOf } from '../interpreter/dependencies.ts';
import type { Dependency } from '../interpreter/dependencies.ts';
import { newBinding } from '../propagation/desired-binding.ts';
import type { Templates } from '../templates.ts';
import { splitTemplateKey, templateKey } from '../templates.ts';

type RequiredBy = NonNullable<BindingSpec['requiredBy']>[number];

/**
 * Sends what a workload needs (propagateDeps) along with it: each dependency gets a binding whose `requiredBy` lists the workloads that need it and where
 * they run. The reconciled key is the dependency's template; it is derived anew each time from all bindings that need it.
 */
export const addDependencies = (
  manager: Manager,
  { templates, bindings }: { readonly templates: Templates; readonly bindings: BindingStore },
): void => {
  /** Dependency template key → keys of the bindings that need it; and the reverse, to see what is needed no more. */
  const neededBy = new Map<string, Set<ObjectKey>>();
  const needs = new Map<ObjectKey, Set<string>>();

  /** Brings both maps up to date for one binding and answers every dependency that it touches. */
  const touch = async (key: ObjectKey): Promise<string[]> => {
    const before = needs.get(key) ?? new Set<string>();
    const after = new Set(await wantedBy(bindings.get(key), templates));
    if (after.size > 0) needs.set(key, after);
    else needs.delete(key);
    for (const dependency of before) if (!after.has(dependency)) neededBy.get(dependency)?.delete(key);
    for (const dependency of after) neededBy.set(dependency, (neededBy.get(dependency) ?? new Set()).add(key));
    return [...new Set([...before, ...after])];
  };

  const pending = new Set<(key: string) => void>();
  const dependencyKeys = {
    synced: async () => {},
    subscribe: (enqueue: (key: string) => void) => {
      pending.add(enqueue);
      return () => pending.delete(enqueue);
    },
  };

  manager.addController({
    name: 'dependencies',
    watches: [
      ...bindings.informers.map((informer) => watch(informer, (event) => (changesWishes(event) ? [keyOf(event.object)] : []))),
      templates.watch((event, key) => {
        if (!changesWishes(event)) return [];
        const { kind, key: objectKey } = splitTemplateKey(key);
        return [bindingKeyFor(kind, objectKey)];
      }),
    ],
    reconcile: async (key) => {
      for (const dependency of await touch(key)) for (const enqueue of pending) enqueue(dependency);
    },
  });

  manager.addController({
    name: 'dependency-bindings',
    watches: [dependencyKeys, templates.watch((event, key) => (neededBy.has(key) && changesWishes(event) ? [key] : []))],
    reconcile: async (key) => {
      const { kind, key: objectKey } = splitTemplateKey(key);
      const requirers = [...(neededBy.get(key) ?? [])].map((bindingKey) => bindings.get(bindingKey)).filter(isRequirer);
      const inherited = inheritedFrom(requirers);
      const requiredBy = requirers.map(requirementOf).toSorted((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
      const bindingKey = bindingKeyFor(kind, objectKey);
      const { namespace, name } = splitKey(bindingKey);
      const current = bindings.get(bindingKey);
      const client = bindings.client(bindingKey);
      const template = templates.get(key);
      if (!current) {
        if (requiredBy.length === 0 || !template || template.metadata.deletionTimestamp) return;
        const binding = newBinding(template, undefined);
        try {
          await client.create(
            {
              ...binding,
              metadata: { ...binding.metadata, annotations: { ...binding.metadata.annotations, ...shown(binding, requiredBy) } },
              spec: { ...binding.spec, ...inherited, requiredBy },
            },
            { fieldManager: 'causeway-dependencies' },
          );
        } catch (error) {
          if (!isStatusError(error, 'AlreadyExists')) throw error;
        }
        return;
      }
      if (current.metadata.deletionTimestamp) return;
      if (requiredBy.length === 0 && current.spec.placement === undefined) {
        await client.delete(name, namespace);
        return;
      }
      // One that is propagated itself goes by what its own policy says.
      const own = current.spec.placement === undefined ? { ...current.spec, ...inherited } : current.spec;
      const spec = { ...own, requiredBy };
      if (jsonEqual({ ...current.spec, requiredBy: current.spec.requiredBy ?? [] }, spec)) return;
      const body = {
        metadata: { resourceVersion: current.metadata.resourceVersion, annotations: shown(current, requiredBy) },
        spec: { ...spec, requiredBy: requiredBy.length > 0 ? requiredBy : null },
      };
      await client.patch(name, namespace, body, { type: 'merge', fieldManager: 'causeway-dependencies' });
    },
  });
};

/** Where a dependency goes, for people; a binding that is scheduled itself says so itself. */
const shown = ({ spec }: ResourceBinding, requiredBy: readonly RequiredBy[]): Record<string, string> =>
  spec.placement === undefined
    ? {
        [annotations.clusters]: [...new Set(requiredBy.flatMap(({ clusters = [] }) => clusters.map(({ name }) => name)))]
          .toSorted()
          .join(', '),
      }
    : {};

const keyText = ({ namespace, name }: RequiredBy): string => `${namespace ?? ''}/${name}`;

/** One that stays, and runs somewhere. */
const isRequirer = (binding: ResourceBinding | undefined): binding is ResourceBinding =>
  binding !== undefined && !binding.metadata.deletionTimestamp && (binding.spec.clusters ?? []).length > 0;

const requirementOf = ({ metadata: { name, namespace }, spec }: ResourceBinding): RequiredBy => ({
  name,
  ...(namespace ? { namespace } : {}),
  clusters: spec.clusters ?? [],
});

/** What the policies of those that need it say holds for a dependency too: it is overwritten, or preserved, when one of them wants that. */
const inheritedFrom = (requirers: readonly ResourceBinding[]): Pick<BindingSpec, 'conflictResolution' | 'preserveResourcesOnDeletion'> => ({
  conflictResolution: requirers.some(({ spec }) => spec.conflictResolution === 'Overwrite') ? 'Overwrite' : 'Abort',
  preserveResourcesOnDeletion: requirers.some(({ spec }) => spec.preserveResourcesOnDeletion === true),
});

/** The dependencies of a binding's template, as template keys; their kinds are watched from now on. */
const wantedBy = async (binding: ResourceBinding | undefined, templates: Templates): Promise<string[]> => {
  if (!binding?.spec.propagateDeps || binding.metadata.deletionTimestamp) return [];
  const { resource } = binding.spec;
  const template = templates.get(
    templateKey(resource.apiVersion, resource.kind, resource.namespace ? `${resource.namespace}/${resource.name}` : resource.name),
  );
  const dependencies: Dependency[] = template ? dependenciesOf(template) : [];
  for (const { apiVersion, kind } of dependencies) await templates.want(apiVersion, kind);
  return dependencies.map(({ apiVersion, kind, namespace, name }) => templateKey(apiVersion, kind, `${namespace}/${name}`));
};
