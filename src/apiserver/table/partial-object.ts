import type { ListMeta, ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';

const textHead = Buffer.from('{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":');
const textEnd = Buffer.from('}');

/** The JSON of a PartialObjectMetadata around the JSON of its metadata, in pieces. */
export const partialObjectText = (metadata: Uint8Array): readonly Uint8Array[] => [textHead, metadata, textEnd];

export interface PartialObjectMetadata {
  readonly kind: 'PartialObjectMetadata';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ObjectMeta;
}

/** meta/v1 PartialObjectMetadata of an object: its metadata and nothing else. */
export const toPartialObject = ({ metadata }: UnstructuredObject): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

/** meta/v1 PartialObjectMetadataList. `metadata` is the list's own. */
export const toPartialObjectList = (objects: readonly UnstructuredObject[], metadata: ListMeta) => ({
  kind: 'PartialObjectMetadataList' as const,
  apiVersion: 'meta.k8s.io/v1' as const,
  metadata,
  items: objects.map(toPartialObject),
});
