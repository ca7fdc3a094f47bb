import { formatPointer } from '../patch/json-pointer.ts';
import { createEnvironment, type Environment, type StructType, type Variable } from './environment.ts';
import { declare } from './functions/declare.ts';
import { dynType, type ObjectField, stringType } from './types.ts';

const fields = new Map<string, ObjectField>(['op', 'from', 'path'].map((name) => [name, { name, type: stringType }]));

/** What makes an operation of a JSON Patch. */
export const jsonPatchTypeName = 'JSONPatch';
/** What makes an apply configuration; the types below it are named after the path, such as `Object.spec.template`. */
export const objectTypeName = 'Object';

const jsonPatch: StructType = {
  isOpen: false,
  type: { kind: 'object', name: jsonPatchTypeName, fields: fields.set('value', { name: 'value', type: dynType }) },
};

const structs = (name: string): StructType | undefined => {
  if (name === jsonPatchTypeName) return jsonPatch;
  const isObject = name === objectTypeName || name.startsWith(`${objectTypeName}.`);
  return isObject ? { isOpen: true, type: { kind: 'object', name, fields: undefined } } : undefined;
};

const escapeKey = declare('jsonpatch.escapeKey(string) string', (key: string) => formatPointer([key]).slice(1));

/** An environment whose expressions may also make objects and JSON patches, as those of a MutatingAdmissionPolicy do (KEP-3962). */
export const createPatchEnvironment = (variables: readonly Variable[]): Environment => createEnvironment(variables, [escapeKey], structs);
