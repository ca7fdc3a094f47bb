import { schemaSource } from '../../api/definitions.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { tidyMeta } from '../registry/object-meta.ts';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
let compiled: CompiledSchema | undefined;

/**
 * A custom resource's metadata as ObjectMeta decodes it: its types checked, empty and unknown fields dropped, in place. Returns the
 * paths of the unknown ones.
 * @throws StatusError BadRequest when a field has another type
 */
export const shapeMetadata = (object: UnstructuredObject, kind: KindDefinition): string[] => {
  compiled ??= compileSchema(schemaSource(objectMeta));
  const { metadata } = object;
  compiled.checkTypes(metadata, kind);
  const unknown = compiled.prune(metadata).map((field) => `metadata.${field}`);
  tidyMeta(metadata);
  return unknown;
};
