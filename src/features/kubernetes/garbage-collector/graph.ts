import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { ObjectMeta, OwnerReference } from '../../../apimachinery/meta/object.ts';

/** What the collector remembers of an object. */
export interface GraphNode {
  readonly uid: string;
  readonly ref: ResourceRef;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

export const nodeOf = (ref: ResourceRef, { metadata }: { readonly metadata: ObjectMeta }): GraphNode => ({
  uid: metadata.uid ?? '',
  ref,
  namespace: metadata.namespace,
  name: metadata.name,
  owners: metadata.ownerReferences ?? noOwners,
  deleting: metadata.deletionTimestamp !== undefined,
  finalizers: metadata.finalizers ?? noFinalizers,
});
const noOwners: readonly OwnerReference[] = [];
const noFinalizers: readonly string[] = [];

/** Whether the collector has to remember it: of all others, most objects in a cluster, it need only know that they are there. */
export const isInteresting = ({ metadata }: { readonly metadata: ObjectMeta }): boolean =>
  metadata.deletionTimestamp !== undefined || (metadata.ownerReferences?.length ?? 0) > 0;

/** Waits until its blocking dependents are gone. */
export const isWaitingForDependents = ({ deleting, finalizers }: GraphNode): boolean =>
  deleting && finalizers.includes(foregroundFinalizer);
export const isOrphaning = ({ deleting, finalizers }: GraphNode): boolean => deleting && finalizers.includes(orphanFinalizer);

/** Who owns whom, by uid, as the informers show it: objects that have owners or are being deleted. */
export interface OwnerGraph {
  get(uid: string): GraphNode | undefined;
  /** Objects that name this uid as an owner. */
  dependents(uid: string): readonly GraphNode[];
  nodes(): Iterable<GraphNode>;
  /** Returns what was known before. */
  set(node: GraphNode): GraphNode | undefined;
  delete(uid: string): GraphNode | undefined;
  clear(): void;
}

export const createOwnerGraph = (): OwnerGraph => {
  const nodes = new Map<string, GraphNode>();
  const dependents = new Map<string, Set<string>>();

  const link = ({ uid, owners }: GraphNode): void => {
    for (const owner of owners) {
      const known = dependents.get(owner.uid);
      if (known) known.add(uid);
      else dependents.set(owner.uid, new Set([uid]));
    }
  };
  const unlink = ({ uid, owners }: GraphNode): void => {
    for (const owner of owners) {
      const known = dependents.get(owner.uid);
      if (known?.delete(uid) && known.size === 0) dependents.delete(owner.uid);
    }
  };

  return {
    get: (uid) => nodes.get(uid),
    dependents: (uid) => [...(dependents.get(uid) ?? [])].map((dependent) => nodes.get(dependent)).filter((node) => node !== undefined),
    nodes: () => nodes.values(),
    set: (node) => {
      const old = nodes.get(node.uid);
      if (old) unlink(old);
      nodes.set(node.uid, node);
      link(node);
      return old;
    },
    delete: (uid) => {
      const old = nodes.get(uid);
      if (!old) return undefined;
      nodes.delete(uid);
      unlink(old);
      return old;
    },
    clear: () => {
      nodes.clear();
      dependents.clear();
    },
  };
};
