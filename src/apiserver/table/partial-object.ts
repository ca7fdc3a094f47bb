import type { ListMeta, ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';

const textHead = Buffer.from('{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":');
const textEnd = Buffer.from('}');

/** The JSON of a PartialObjectMetadata around the JSON of its metadata, in pieces. */
export const partialObjectText = (metadata: Uint8Array): readonly Uint8Array[] => [textHead, metadata, textEnd];

export interface PartialObjectMetadata {
  readonly kind: 'PartialObjectMetadata';
  readonly apiVersion: string;
  readonly metadata: ObjectMeta;
}

/** `meta.k8s.io/v1`, or as old as the client asks for; the two look alike. */
const metaVersion = (version = 'v1'): string => `meta.k8s.io/${version}`;

/** meta/v1 PartialObjectMetadata of an object: its metadata and nothing else. */
export const toPartialObject = ({ metadata }: UnstructuredObject, version?: string): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion: metaVersion(version),
  metadata,
});

/** meta/v1 PartialObjectMetadataList. `metadata` is the list's own. */
export const toPartialObjectList = (objects: readonly UnstructuredObject[], metadata: ListMeta, version?: string) => ({
  kind: 'PartialObjectMetadataList' as const,
  apiVersion: metaVersion(version),
  metadata,
  items: objects.map((object) => toPartialObject(object, version)),
});
