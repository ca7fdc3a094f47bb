import type { FieldError } from '../validation/field-error.ts';
import { invalid } from '../validation/field-errors.ts';
import { isDns1035Label } from '../validation/names.ts';

/** spec.names and status.acceptedNames of a CustomResourceDefinition. */
export interface DefinitionNames {
  plural?: string;
  singular?: string;
  kind?: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

/** The form of the names that are given; which are required depends on where they are. */
export const validateDefinitionNames = (names: DefinitionNames, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const check = (field: string, name: string, prefix = ''): void => {
    const found = isDns1035Label(prefix === '' ? name : name.toLowerCase());
    if (found.length > 0) errors.push(invalid(`${path}.${field}`, name, prefix + found.join(',')));
  };
  const mixedCase = 'may have mixed case, but should otherwise match: ';
  if (names.plural) check('plural', names.plural);
  if (names.singular) check('singular', names.singular);
  if (names.kind) check('kind', names.kind, mixedCase);
  if (names.listKind) check('listKind', names.listKind, mixedCase);
  names.shortNames?.forEach((name, index) => check(`shortNames[${index}]`, name));
  if (names.kind && names.kind === names.listKind) {
    errors.push(invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'));
  }
  names.categories?.forEach((name, index) => check(`categories[${index}]`, name));
  return errors;
};
