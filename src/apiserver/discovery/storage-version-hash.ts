import { createHash } from 'node:crypto';
import type { KindDefinition } from '../../api/kind-definition.ts';

/** Kinds that kube-apiserver stores in an older version than the one it prefers. */
const olderVersions: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': 'v1beta1',
  'storage.k8s.io/VolumeAttributesClass': 'v1beta1',
};

/** The opaque hash by which clients notice that objects are stored in another version than before; undefined where nothing is stored. */
export const storageVersionHash = (definition: KindDefinition): string | undefined => {
  if (definition.virtual || !definition.verbs.includes('get') || !definition.verbs.includes('create')) return undefined;
  const { group, version } = definition.storage ?? definition;
  const stored = definition.custom?.storageVersion ?? olderVersions[`${group}/${definition.kind}`] ?? version;
  return createHash('sha256').update(`${group}/${stored}/${definition.kind}`).digest().subarray(0, 8).toString('base64');
};
