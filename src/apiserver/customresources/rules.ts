import type { RuleChecker } from '../../apimachinery/schema/custom-resource-definition.ts';
import type { SchemaSource } from '../../apimachinery/schema/json-schema.ts';
import type { RuleValidation } from './resource-strategy.ts';

/** Makes the CEL rules of a schema ready; nothing is compiled before the first object. */
export type RuleCompiler = (schema: SchemaSource) => RuleValidation;

export const ruleChecker: RuleChecker = { checkSchema: () => [], checkDefault: () => [] };
export const compileRules: RuleCompiler = () => () => [];
