/** Any JSON value. An integer beyond 2^53 is a bigint; see json/exact-json.ts. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Opaque to clients, the decimal store revision to us. Minted by the API server only. */
export type ResourceVersion = string & { readonly __brand?: 'ResourceVersion' };
export type Uid = string & { readonly __brand?: 'Uid' };

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: Uid;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: JsonObject;
  subresource?: string;
}

/** meta/v1 ObjectMeta. Times are RFC 3339 with second precision. */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: Uid;
  resourceVersion?: ResourceVersion;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
}

/** The least every API object has. Kinds extend it with their spec, status or data. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** An object whose kind is not known at compile time. */
export interface UnstructuredObject extends KubeObject {
  [field: string]: unknown;
}

export interface ListMeta {
  resourceVersion?: ResourceVersion;
  continue?: string;
  remainingItemCount?: number;
}

export interface KubeList<T extends KubeObject = UnstructuredObject> {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: T[];
}
