import type { Json } from '../meta/object.ts';

/** The OpenAPI v3 dialect of structural schemas (KEP-1027) and of Kubernetes' own published schemas. */
export interface JsonSchema {
  $ref?: string;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  not?: JsonSchema;
  type?: string;
  format?: string;
  title?: string;
  description?: string;
  default?: Json;
  nullable?: boolean;
  enum?: Json[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  externalDocs?: Json;
  example?: Json;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-validations'?: ValidationRule[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-unions'?: Json;
  'x-kubernetes-selectable-fields'?: { fieldPath: string }[];
}

/** One CEL rule of x-kubernetes-validations. */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

/**
 * A schema with the definitions its `$ref`s name. CRD schemas have no refs; built-in kinds refer to shared definitions as
 * `#/components/schemas/NAME`, often as `{allOf: [{$ref}], default}`.
 */
export interface SchemaSource {
  readonly root: JsonSchema;
  /** @throws {Error} when the name is unknown: a defect of the generated data, never of input. */
  resolve(ref: string): JsonSchema;
}
