import { canonicalize } from '../../api/canonicalize.ts';
import type { Strategy } from '../../api/kind-definition.ts';
import type { Json, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { defaultCustomResourceDefinition, validateCustomResourceDefinition } from '../../apimachinery/schema/custom-resource-definition.ts';
import type { CustomResourceDefinition, RuleChecker } from '../../apimachinery/schema/custom-resource-definition.ts';
import { validateDefinitionNames } from '../../apimachinery/schema/definition-names.ts';
import { roundFloatKeywords } from '../../apimachinery/schema/float-keywords.ts';
import { unrecognizedFormats } from '../../apimachinery/schema/unrecognized-formats.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { asDefinition, storageVersionOf } from './definition-object.ts';
import type { StoredDefinition } from './definition-object.ts';

const goType = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition';

/** Clients may leave out what is required; validation says so, and must find the fields to say it of. */
const withParts = (object: UnstructuredObject): StoredDefinition => {
  const definition = object as { spec?: Partial<StoredDefinition['spec']> };
  definition.spec ??= {};
  definition.spec.group ??= '';
  definition.spec.names ??= {};
  definition.spec.versions ??= [];
  return asDefinition(object);
};

/** The registry validates metadata itself; what is left of it is about definitions only. */
const ownErrors = (errors: readonly FieldError[]): FieldError[] =>
  errors.filter(
    ({ field, detail }) =>
      !field.startsWith('metadata') || field.startsWith('metadata.annotations[') || detail.includes('spec.names.plural'),
  );

const validated = (object: UnstructuredObject, rules: RuleChecker, old?: UnstructuredObject): FieldError[] =>
  ownErrors(
    validateCustomResourceDefinition(object as unknown as CustomResourceDefinition, {
      rules,
      ...(old ? { old: old as unknown as CustomResourceDefinition } : {}),
    }),
  );

const formatsOf = (object: UnstructuredObject): string[] =>
  asDefinition(object).spec.versions.flatMap(({ schema }) => (schema?.openAPIV3Schema ? unrecognizedFormats(schema.openAPIV3Schema) : []));

/** How CustomResourceDefinition objects are written. */
export const definitionStrategy = (rules: RuleChecker): Strategy => ({
  generation: true,
  allowUnconditionalUpdate: false,
  applyDefaults: (object) => {
    canonicalize(goType, object);
    const definition = withParts(object) as unknown as CustomResourceDefinition;
    defaultCustomResourceDefinition(definition);
    for (const { schema } of definition.spec.versions) roundFloatKeywords(schema?.openAPIV3Schema as Json | undefined);
  },
  prepareForCreate: (object) => {
    const definition = asDefinition(object);
    const storage = storageVersionOf(definition);
    definition.status = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: definition.spec.versions.some((version) => version.storage) ? [storage] : [],
    };
  },
  prepareForUpdate: (object, oldObject) => {
    const [definition, old] = [asDefinition(object), asDefinition(oldObject)];
    const storage = storageVersionOf(definition);
    const stored = old.status?.storedVersions ?? [];
    definition.status = { ...old.status, storedVersions: stored.includes(storage) || storage === '' ? stored : [...stored, storage] };
  },
  validate: (object) => validated(object, rules),
  // One that goes is let go of, whatever is wrong with it.
  validateUpdate: (object, old) =>
    old.metadata.deletionTimestamp !== undefined && jsonEqual(object['spec'] as Json, old['spec'] as Json)
      ? []
      : validated(object, rules, old),
  validateStatusUpdate: (object) => validateDefinitionNames(asDefinition(object).status?.acceptedNames ?? {}, 'status.acceptedNames'),
  warnings: (object, old) => {
    const known = new Set(old && formatsOf(old));
    return formatsOf(object).flatMap((format) => (known.has(format) ? [] : [`unrecognized format ${goQuote(format)}`]));
  },
});
