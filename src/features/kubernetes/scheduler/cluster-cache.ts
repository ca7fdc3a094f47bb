import type { Node, Pod } from '../../../api/core/types.gen.ts';
import type { Informer, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { isTerminal } from '../common/pod-state.ts';
import { createNodeInfo, withPods } from './node-info.ts';
import type { NodeInfo } from './node-info.ts';
import { createPodInfo } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Nodes with their pods, kept up to date by events, and by what the scheduler has decided but not seen yet. */
export interface ClusterCache {
  nodes(): readonly NodeInfo[];
  /** The pod runs there as far as scheduling is concerned, until its event says so. */
  assume(pod: PodInfo, nodeName: string): void;
  forget(key: ObjectKey): void;
  /** A preemptor waits for room there. */
  nominate(pod: PodInfo, nodeName: string): void;
  /** The nodes as this pod sees them: nominated pods of at least its priority count as if they ran. */
  nodesFor(pod: PodInfo): readonly NodeInfo[];
}

export const createClusterCache = (
  informers: { readonly nodes: Informer<Node>; readonly pods: Informer<Pod> },
  changed: () => void,
): { readonly cache: ClusterCache; readonly stop: () => void } => {
  const nodeObjects = new Map<string, Node>();
  const podsByNode = new Map<string, Map<ObjectKey, PodInfo>>();
  const placeOf = new Map<ObjectKey, string>();
  const assumed = new Set<ObjectKey>();
  const nominated = new Map<ObjectKey, { readonly pod: PodInfo; readonly nodeName: string }>();
  const infos = new Map<string, NodeInfo>();
  let list: readonly NodeInfo[] | undefined;

  const dirty = (nodeName: string): void => {
    infos.delete(nodeName);
    list = undefined;
  };
  const remove = (key: ObjectKey): void => {
    const nodeName = placeOf.get(key);
    assumed.delete(key);
    if (nodeName === undefined) return;
    placeOf.delete(key);
    podsByNode.get(nodeName)?.delete(key);
    dirty(nodeName);
  };
  const place = (pod: PodInfo, nodeName: string): void => {
    remove(pod.key);
    placeOf.set(pod.key, nodeName);
    const pods = podsByNode.get(nodeName) ?? new Map<ObjectKey, PodInfo>();
    podsByNode.set(nodeName, pods.set(pod.key, pod));
    nominated.delete(pod.key);
    dirty(nodeName);
  };
  const infoOf = (node: Node): NodeInfo => {
    const known = infos.get(node.metadata.name);
    if (known) return known;
    const info = createNodeInfo(node, [...(podsByNode.get(node.metadata.name)?.values() ?? [])]);
    infos.set(node.metadata.name, info);
    return info;
  };

  const stopNodes = informers.nodes.onEvent(({ type, object, old }) => {
    if (type === 'deleted') nodeObjects.delete(object.metadata.name);
    else nodeObjects.set(object.metadata.name, object);
    dirty(object.metadata.name);
    if (!old || type === 'deleted' || matters(object, old)) changed();
  });
  const stopPods = informers.pods.onEvent(({ type, object }) => {
    const key = keyOf(object);
    const { nodeName } = object.spec;
    if (type === 'deleted' || isTerminal(object)) {
      const freed = placeOf.has(key);
      remove(key);
      nominated.delete(key);
      if (freed) changed();
    } else if (nodeName) {
      const isNew = placeOf.get(key) !== nodeName || assumed.has(key);
      place(createPodInfo(object), nodeName);
      if (isNew) changed();
    }
  });

  const nodes = (): readonly NodeInfo[] => (list ??= [...nodeObjects.values()].map(infoOf));
  const cache: ClusterCache = {
    nodes,
    assume: (pod, nodeName) => {
      place(pod, nodeName);
      assumed.add(pod.key);
    },
    forget: (key) => {
      if (assumed.has(key)) remove(key);
    },
    nominate: (pod, nodeName) => void nominated.set(pod.key, { pod, nodeName }),
    nodesFor: (pod) => {
      const others = [...nominated.values()].filter((other) => other.pod.key !== pod.key && other.pod.priority >= pod.priority);
      if (others.length === 0) return nodes();
      return nodes().map((info) => {
        const here = others.filter(({ nodeName }) => nodeName === info.name).map((other) => other.pod);
        return here.length === 0 ? info : withPods(info, [...info.pods, ...here]);
      });
    },
  };
  return {
    cache,
    stop: () => {
      stopNodes();
      stopPods();
    },
  };
};

/** Heartbeats do not; labels, taints, capacity and being schedulable do. */
const matters = (node: Node, old: Node): boolean =>
  JSON.stringify([node.metadata.labels, node.spec, node.status?.allocatable]) !==
  JSON.stringify([old.metadata.labels, old.spec, old.status?.allocatable]);
