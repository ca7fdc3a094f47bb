import type { JsonSchema } from './json-schema.ts';

/** One of our own kinds as data: rendered to a CustomResourceDefinition, and the source of its TypeScript type. */
export interface CustomResourceDefinitionSource {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly versions: readonly {
    readonly name: string;
    readonly served: boolean;
    readonly storage: boolean;
    readonly schema: JsonSchema;
    readonly status?: boolean;
    readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string };
    readonly columns?: readonly {
      readonly name: string;
      readonly type: string;
      readonly jsonPath: string;
      readonly priority?: number;
      readonly description?: string;
      readonly format?: string;
    }[];
  }[];
}
