import { schemaSource } from '../../api/definitions.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';

const definitions = {
  Binding: { definition: 'io.k8s.api.core.v1.Binding', version: 'v1' },
  DeleteOptions: { definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', version: 'v1' },
  Eviction: { definition: 'io.k8s.api.policy.v1.Eviction', version: 'v1' },
} as const;

const compiled = new Map<string, CompiledSchema>();

/**
 * A body of a kind that is no resource of its own, whose fields have the types that Go's decoder would ask for.
 * @throws StatusError BadRequest
 */
export const checkBody = (value: unknown, kind: keyof typeof definitions): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  const { definition, version } = definitions[kind];
  let schema = compiled.get(kind);
  if (!schema) compiled.set(kind, (schema = compileSchema(schemaSource(definition))));
  schema.checkTypes(value, { kind, version });
  return value as Record<string, unknown>;
};
