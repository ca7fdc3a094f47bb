import type { ResourceRef } from '../meta/group-version.ts';
import { rootSchema } from './define.ts';
import type { CustomResourceDefinitionSource } from './definition-source.ts';
import type { JsonSchema } from './json-schema.ts';

export interface KindOptions {
  readonly spec: JsonSchema;
  /** With a status subresource when given. */
  readonly status?: JsonSchema;
  readonly shortName?: string;
  /** `kubectl get CATEGORY` lists the kind. */
  readonly category: string;
  /** Beside the name and the age. */
  readonly columns?: NonNullable<CustomResourceDefinitionSource['versions'][number]['columns']>;
}

const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** One of our kinds with a single version; `spec` is required. */
export const defineKind = (
  ref: ResourceRef,
  { spec, status, shortName, category, columns }: KindOptions,
): CustomResourceDefinitionSource => ({
  group: ref.group,
  kind: ref.kind,
  plural: ref.resource,
  singular: ref.kind.toLowerCase(),
  ...(shortName ? { shortNames: [shortName] } : {}),
  categories: [category],
  namespaced: ref.namespaced,
  versions: [
    {
      name: ref.version,
      served: true,
      storage: true,
      ...(status ? { status: true } : {}),
      schema: rootSchema(spec, status, { required: ['spec'] }),
      ...(columns ? { columns: [...columns.filter(({ priority }) => !priority), age, ...columns.filter(({ priority }) => priority)] } : {}),
    },
  ],
});
