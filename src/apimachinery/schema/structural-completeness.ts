import type { FieldError } from '../validation/field-error.ts';
import { required } from '../validation/field-errors.ts';
import type { JsonSchema } from './json-schema.ts';

/** Reports what is validated inside allOf, anyOf, oneOf or not without being specified outside of them. */
export const findIncomplete = (schema: JsonSchema, path: string): FieldError[] =>
  checkBranches(schema, schema, { specified: path, validated: path });

interface Paths {
  readonly specified: string;
  readonly validated: string;
}

const checkBranches = (validation: JsonSchema, specified: JsonSchema, paths: Paths): FieldError[] => {
  const check = (nested: JsonSchema, suffix: string): FieldError[] =>
    checkNested(nested, specified, { specified: paths.specified, validated: `${paths.validated}.${suffix}` });
  return [
    ...(validation.not ? check(validation.not, 'not') : []),
    ...(validation.allOf ?? []).flatMap((nested, index) => check(nested, `allOf[${index}]`)),
    ...(validation.anyOf ?? []).flatMap((nested, index) => check(nested, `anyOf[${index}]`)),
    ...(validation.oneOf ?? []).flatMap((nested, index) => check(nested, `oneOf[${index}]`)),
  ];
};

const checkNested = (validation: JsonSchema, specified: JsonSchema, paths: Paths): FieldError[] => {
  const errors = checkBranches(validation, specified, paths);
  const descend = (nested: JsonSchema, found: JsonSchema | undefined, suffix: string): void => {
    const below = { specified: `${paths.specified}.${suffix}`, validated: `${paths.validated}.${suffix}` };
    if (found) errors.push(...checkNested(nested, found, below));
    else errors.push(required(below.specified, `because it is defined in ${below.validated}`));
  };
  if (validation.items) descend(validation.items, specified.items, 'items');
  for (const [name, nested] of Object.entries(validation.properties ?? {})) {
    descend(nested, specified.properties?.[name], `properties[${name}]`);
  }
  return errors;
};
