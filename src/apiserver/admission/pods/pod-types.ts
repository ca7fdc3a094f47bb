import type { ObjectMeta, UnstructuredObject } from '../../../apimachinery/meta/object.ts';

export type ResourceList = Record<string, string>;

export interface ResourceRequirements {
  requests?: ResourceList;
  limits?: ResourceList;
}

/** The fields of a core/v1 Container that admission reads or sets. */
export interface Container {
  name: string;
  image?: string;
  restartPolicy?: string;
  resources?: ResourceRequirements;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  env?: { name: string; valueFrom?: { secretKeyRef?: { name: string } } }[];
  envFrom?: { secretRef?: { name: string } }[];
  ports?: { hostPort?: number }[];
  securityContext?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface Volume {
  name: string;
  secret?: { secretName?: string };
  projected?: { sources?: { serviceAccountToken?: unknown }[]; defaultMode?: number };
  [source: string]: unknown;
}

/** The fields of a core/v1 PodSpec that admission reads or sets. */
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: { name: string }[];
  tolerations?: Toleration[];
  nodeSelector?: Record<string, string>;
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
  runtimeClassName?: string;
  overhead?: ResourceList;
  resources?: ResourceRequirements;
  securityContext?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Pod {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PodSpec;
  status?: { phase?: string };
}

/** A view of an admitted object as a pod; its schema has been checked. */
export const asPod = (object: UnstructuredObject): Pod => object as unknown as Pod;
