import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { KubeObject, OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { DeleteOptions } from '../../../client/contract.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { foregroundFinalizer, isWaitingForDependents, nodeOf, orphanFinalizer } from './graph.ts';
import type { GraphNode, OwnerGraph } from './graph.ts';
import type { Monitors } from './monitors.ts';

const maxAbsent = 500;

/** The collector's writes. Each looks at the live object first: caches only say where to look, and where there is no need to. */
export interface Collector {
  /** Deletes the object when no owner is left, or drops the references to owners that are. */
  collect(node: GraphNode): Promise<void>;
  /** Lets a foreground-deleted owner go when nothing blocks it. True: done. */
  releaseForeground(node: GraphNode): Promise<boolean>;
  /** Cuts the dependents loose, then lets the owner go. */
  orphanDependents(node: GraphNode): Promise<void>;
}

interface Owners {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  /** Deleted in the foreground: wait for us. */
  readonly waiting: readonly OwnerReference[];
}

export const createCollector = ({ client, recorder }: Manager, graph: OwnerGraph, monitors: Pick<Monitors, 'find'>): Collector => {
  const events = recorder('garbage-collector-controller');
  const absent = new Set<string>();
  const resourceOf = ({ ref }: GraphNode) => client.resource<KubeObject>(ref);
  const live = (node: GraphNode) => resourceOf(node).find(node.name, node.namespace, { metadataOnly: true });

  const remember = (uid: string): void => {
    absent.add(uid);
    const [oldest] = absent;
    if (absent.size > maxAbsent && oldest !== undefined) absent.delete(oldest);
  };

  const knownOwner = (reference: OwnerReference, dependent: GraphNode): GraphNode | undefined => {
    const cached = graph.get(reference.uid) ?? monitors.find(reference, dependent.namespace);
    return cached?.name === reference.name && (!cached.ref.namespaced || cached.namespace === dependent.namespace) ? cached : undefined;
  };
  /** The owner as a node; undefined when it does not exist, 'unknown' when its kind is not served or out of reach. */
  const findOwner = async (reference: OwnerReference, dependent: GraphNode): Promise<GraphNode | undefined | 'unknown'> => {
    const cached = knownOwner(reference, dependent);
    if (cached) return cached;
    if (absent.has(reference.uid)) return undefined;
    const ref = await client.refFor(reference.apiVersion, reference.kind);
    if (!ref) return 'unknown';
    if (ref.namespaced && !dependent.namespace) {
      reportInvalid(dependent, reference, 'cluster-scoped objects cannot have namespaced owners');
      return 'unknown';
    }
    const owner = await client
      .resource<KubeObject>(ref)
      .find(reference.name, ref.namespaced ? dependent.namespace : undefined, { metadataOnly: true });
    if (owner?.metadata.uid === reference.uid) return nodeOf(ref, owner);
    remember(reference.uid);
    return undefined;
  };
  const reportInvalid = (node: GraphNode, reference: OwnerReference, why: string): void => {
    const { group, version, kind } = node.ref;
    const metadata = { name: node.name, uid: node.uid, ...(node.namespace ? { namespace: node.namespace } : {}) };
    const about = { apiVersion: group ? `${group}/${version}` : version, kind, metadata };
    events.event(about, 'Warning', 'OwnerRefInvalidNamespace', `ownerRef ${JSON.stringify(reference)} does not exist: ${why}`);
  };
  const sortOwners = async (object: KubeObject, node: GraphNode): Promise<Owners> => {
    const sorted = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[] };
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = await findOwner(reference, node);
      if (owner === undefined) sorted.dangling.push(reference);
      else if (owner !== 'unknown' && isWaitingForDependents(owner)) sorted.waiting.push(reference);
      else sorted.solid.push(reference);
    }
    return sorted;
  };

  const setMetadata = async (node: GraphNode, object: KubeObject, change: Partial<KubeObject['metadata']>): Promise<void> => {
    const { uid, resourceVersion } = object.metadata;
    try {
      await resourceOf(node).patch(node.name, node.namespace, { metadata: { uid, resourceVersion, ...change } }, { type: 'merge' });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  };
  const remove = async (node: GraphNode, object: KubeObject, policy: DeleteOptions['propagationPolicy']): Promise<void> => {
    const { uid = '', resourceVersion = '' } = object.metadata;
    try {
      await resourceOf(node).delete(node.name, node.namespace, {
        ...(policy ? { propagationPolicy: policy } : {}),
        preconditions: { uid, resourceVersion },
      });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  };
  const unblockOwners = (node: GraphNode, object: KubeObject): Promise<void> => {
    const references = object.metadata.ownerReferences ?? [];
    return setMetadata(node, object, { ownerReferences: references.map((owner) => ({ ...owner, blockOwnerDeletion: false })) });
  };
  /** Finalizers set by an earlier delete say how the object wants its own dependents treated. */
  const policyOf = (object: KubeObject): DeleteOptions['propagationPolicy'] => {
    if (object.metadata.finalizers?.includes(orphanFinalizer)) return 'Orphan';
    return object.metadata.finalizers?.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
  };

  /** Whether the caches show every owner, none of them waiting: then there is nothing to look at. */
  const isOwned = (node: GraphNode): boolean =>
    node.owners.every((reference) => {
      const owner = knownOwner(reference, node);
      return owner !== undefined && !isWaitingForDependents(owner);
    });

  return {
    collect: async (node) => {
      if (isOwned(node)) return;
      const object = await live(node);
      if (!object || object.metadata.uid !== node.uid) return;
      if (object.metadata.deletionTimestamp || !object.metadata.ownerReferences?.length) return;
      const { solid, dangling, waiting } = await sortOwners(object, node);
      if (solid.length > 0) {
        if (dangling.length + waiting.length > 0) await setMetadata(node, object, { ownerReferences: [...solid] });
      } else if (waiting.length > 0 && graph.dependents(node.uid).length > 0) {
        // A dependent that waits itself may wait for us, all around: then nobody may be blocked by us.
        const mayBeCircle = graph.dependents(node.uid).some(isWaitingForDependents);
        if (mayBeCircle) await unblockOwners(node, object);
        const current = mayBeCircle ? await live(node) : object;
        if (current?.metadata.uid === node.uid) await remove(node, current, 'Foreground');
      } else {
        await remove(node, object, policyOf(object));
      }
    },
    releaseForeground: async (node) => {
      const blocking = graph
        .dependents(node.uid)
        .filter(({ owners }) => owners.some((owner) => owner.uid === node.uid && owner.blockOwnerDeletion));
      if (blocking.length > 0) return false;
      const object = await live(node);
      if (object?.metadata.uid !== node.uid || !object.metadata.finalizers?.includes(foregroundFinalizer)) return true;
      await setMetadata(node, object, { finalizers: object.metadata.finalizers.filter((name) => name !== foregroundFinalizer) });
      return true;
    },
    orphanDependents: async (node) => {
      for (const dependent of graph.dependents(node.uid)) {
        const object = await live(dependent);
        if (object?.metadata.uid !== dependent.uid) continue;
        const rest = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== node.uid);
        await setMetadata(dependent, object, { ownerReferences: rest });
      }
      const object = await live(node);
      if (object?.metadata.uid !== node.uid || !object.metadata.finalizers?.includes(orphanFinalizer)) return;
      await setMetadata(node, object, { finalizers: object.metadata.finalizers.filter((name) => name !== orphanFinalizer) });
    },
  };
};
