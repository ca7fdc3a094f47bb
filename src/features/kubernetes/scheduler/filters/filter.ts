import type { PersistentVolume, PersistentVolumeClaim } from '../../../../api/core/types.gen.ts';
import type { StorageClass } from '../../../../api/storage/types.gen.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** What one scheduling decision may look at. */
export interface Cluster {
  readonly nodes: readonly NodeInfo[];
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  readonly claim: (name: string, namespace: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  readonly storageClass: (name: string) => StorageClass | undefined;
}

/** Why a node cannot take the pod. `evictionHelps`: it might, were some pods gone. */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly evictionHelps: boolean;
}

/** Looks at the pod and the cluster once, then at node after node. Undefined: the filter does not concern this pod. */
export type Filter = (pod: PodInfo, cluster: Cluster) => ((node: NodeInfo) => Rejection | undefined) | undefined;

export const hopeless = (...reasons: readonly string[]): Rejection => ({ reasons, evictionHelps: false });
export const crowded = (...reasons: readonly string[]): Rejection => ({ reasons, evictionHelps: true });
