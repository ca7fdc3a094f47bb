import { jsonEqual } from '../equality/json-equal.ts';
import type { ObjectMeta } from '../meta/object.ts';
import type { FieldError } from '../validation/field-error.ts';
import { forbiddenField, immutable, invalid, notSupported, required } from '../validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain } from '../validation/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { checkApproval } from './definition-approval.ts';
import { hasBadBundle, validateConversion, type ConversionSpec } from './definition-conversion.ts';
import { validateDefinitionNames, type DefinitionNames } from './definition-names.ts';
import { validateColumns, validateScale, validateSelectableFields, type VersionParts } from './definition-parts.ts';
import { validateDefaults, type RuleCheck } from './default-values.ts';
import type { JsonSchema } from './json-schema.ts';
import { SchemaNode, selfContained } from './schema-node.ts';
import { validateSchemaRules } from './schema-rules.ts';
import { validateStatusRoot } from './status-root.ts';
import { validateStructural } from './structural.ts';
import { findUnsupported, schemaParts } from './unsupported-keywords.ts';

export interface DefinitionVersion extends VersionParts {
  name: string;
  served?: boolean;
  storage?: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: JsonSchema };
}

/** An apiextensions.k8s.io/v1 CustomResourceDefinition, as far as its validation reads it. */
export interface CustomResourceDefinition {
  metadata: Partial<ObjectMeta>;
  spec: {
    group: string;
    scope?: string;
    names: DefinitionNames;
    versions: DefinitionVersion[];
    conversion?: ConversionSpec;
    preserveUnknownFields?: boolean;
  };
  status?: {
    storedVersions?: string[] | null;
    acceptedNames?: DefinitionNames;
    conditions?: { type: string; status: string }[];
  };
}

export interface RuleCheckOptions {
  /** Unchanged schemas may be expensive. */
  readonly unchanged: boolean;
  /** Fields of the schema that are wrong: the rules of the places around them are not looked at. */
  readonly broken?: readonly string[];
}

/** What CEL says about a definition's schema; see cel/check-definition. */
export interface RuleChecker {
  /** Errors of every rule under a structural schema: compilation, types, cost. */
  checkSchema(root: SchemaNode, path: string, options: RuleCheckOptions): FieldError[];
  readonly checkDefault: RuleCheck;
}

export interface DefinitionContext {
  readonly rules: RuleChecker;
  readonly old?: CustomResourceDefinition | undefined;
}

/** Sets what the API defaults: singular, listKind, the None conversion, the webhook's port, the first stored version. In place. */
export const defaultCustomResourceDefinition = (definition: CustomResourceDefinition): void => {
  const { names, versions } = definition.spec;
  if (names.kind) {
    names.singular ||= names.kind.toLowerCase();
    names.listKind ||= `${names.kind}List`;
  }
  definition.spec.conversion ??= { strategy: 'None' };
  const service = definition.spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  const storage = versions.find((version) => version.storage);
  definition.status ??= {};
  if (!definition.status.storedVersions?.length && storage) definition.status.storedVersions = [storage.name];
};

/** kube-apiserver's validation of a whole definition, at creation or (with `old`) at update. The definition must have its defaults. */
export const validateCustomResourceDefinition = (definition: CustomResourceDefinition, context: DefinitionContext): FieldError[] => {
  const { metadata, spec, status = {} } = definition;
  const nameCheck = (name: string): string[] => [
    ...isDns1123Subdomain(name),
    ...(name === `${spec.names.plural ?? ''}.${spec.group}` ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return [
    ...(context.old
      ? validateObjectMetaUpdate(metadata, context.old.metadata)
      : validateObjectMeta(metadata, { namespaced: false, nameCheck })),
    ...validateSpec(definition, context),
    ...(context.old ? validateImmutability(definition, context.old) : []),
    ...validateDefinitionNames(status.acceptedNames ?? {}, 'status.acceptedNames'),
    ...validateStoredVersions(status.storedVersions ?? [], spec.versions),
    ...checkApproval(definition, context.old),
    ...(spec.preserveUnknownFields === true && context.old?.spec.preserveUnknownFields !== true
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ];
};

const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True') === true;

const validateImmutability = ({ spec }: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] => {
  const errors: FieldError[] = [];
  const keep = (path: string, value: unknown, before: unknown): void => {
    if (!jsonEqual(value, before)) errors.push(immutable(path, value));
  };
  if (isEstablished(old)) {
    keep('spec.scope', spec.scope, old.spec.scope);
    keep('spec.names.kind', spec.names.kind, old.spec.names.kind);
  }
  keep('spec.group', spec.group, old.spec.group);
  keep('spec.names.plural', spec.names.plural, old.spec.names.plural);
  return errors;
};

/** Whether there is a default at any depth. */
const hasDefault = (schema: JsonSchema): boolean => schema.default !== undefined || schemaParts(schema).some(hasDefault);

const validateSpec = (definition: CustomResourceDefinition, context: DefinitionContext): FieldError[] => {
  const { spec } = definition;
  const errors: FieldError[] = [];
  const groupErrors = isDns1123Subdomain(spec.group);
  if (!spec.group) errors.push(required('spec.group'));
  else if (groupErrors.length > 0) errors.push(invalid('spec.group', spec.group, groupErrors.join(',')));
  else if (!spec.group.includes('.')) errors.push(invalid('spec.group', spec.group, 'should be a domain with at least one dot'));
  if (!spec.scope) errors.push(required('spec.scope'));
  else if (!['Cluster', 'Namespaced'].includes(spec.scope)) {
    errors.push(notSupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  }
  const needsSchema = !context.old || context.old.spec.versions.every(({ schema }) => schema?.openAPIV3Schema);
  spec.versions.forEach(({ schema }, index) => {
    if (needsSchema && !schema?.openAPIV3Schema) errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
  });
  if (spec.preserveUnknownFields && spec.versions.some(({ schema }) => schema?.openAPIV3Schema && hasDefault(schema.openAPIV3Schema))) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  }
  errors.push(...validateVersions(spec.versions, context), ...validateVersionList(spec.versions));
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!spec.names[field]) errors.push(required(`spec.names.${field}`));
  }
  errors.push(...validateDefinitionNames(spec.names, 'spec.names'));
  const { old } = context;
  const checksBundle = old !== undefined && isEstablished(old) && !hasBadBundle(old.spec.conversion);
  if (spec.preserveUnknownFields && spec.conversion && spec.conversion.strategy !== 'None') {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    errors.push(invalid('spec.conversion.strategy', spec.conversion.strategy ?? '', detail));
  }
  return [...errors, ...validateConversion(spec.conversion, 'spec.conversion', { checksBundle })];
};

/** Parts that are the same in every version are reported at the top level, where the internal version keeps them. */
const isHoisted = (versions: readonly DefinitionVersion[], part: keyof DefinitionVersion): boolean => {
  const first = versions[0]?.[part];
  return first !== undefined && versions.every((version) => jsonEqual(version[part], first));
};

const validateVersions = (versions: readonly DefinitionVersion[], context: DefinitionContext): FieldError[] => {
  const anyStatus = versions.some(({ subresources }) => subresources?.status);
  const hoisted = {
    schema: isHoisted(versions, 'schema'),
    subresources: isHoisted(versions, 'subresources'),
    columns: isHoisted(versions, 'additionalPrinterColumns'),
    selectable: isHoisted(versions, 'selectableFields'),
  };
  return versions.flatMap((version, index) => {
    const errors: FieldError[] = [];
    const path = `spec.versions[${index}]`;
    const at = (isTop: boolean, top: string, own: string): string | undefined =>
      isTop ? (index === 0 ? `spec.${top}` : undefined) : `${path}.${own}`;
    const nameErrors = isDns1035Label(version.name ?? '');
    if (nameErrors.length > 0) errors.push(invalid(`${path}.name`, version.name, nameErrors.join(',')));
    if (nameErrors.length > 0 && version.name && index === 0) errors.push(invalid('spec.version', version.name, nameErrors.join(',')));
    errors.push(...validateDeprecation(version, path));
    const schemaPath = at(hoisted.schema, 'validation', 'schema');
    const schema = version.schema?.openAPIV3Schema;
    if (schema && schemaPath !== undefined) {
      const unchanged =
        context.old?.spec.versions.some((old) => old.name === version.name && jsonEqual(old.schema, version.schema)) === true;
      const status = hoisted.schema ? anyStatus : version.subresources?.status !== undefined;
      errors.push(...validateSchema(schema, `${schemaPath}.openAPIV3Schema`, { rules: context.rules, status, unchanged }));
    }
    const subresources = at(hoisted.subresources, 'subresources', 'subresources');
    if (subresources !== undefined) errors.push(...validateScale(version.subresources?.scale, `${subresources}.scale`));
    const columns = at(hoisted.columns, 'additionalPrinterColumns', 'additionalPrinterColumns');
    if (columns !== undefined) errors.push(...validateColumns(version.additionalPrinterColumns ?? [], columns));
    const selectable = at(hoisted.selectable, 'selectableFields', 'selectableFields');
    if (selectable !== undefined) errors.push(...validateSelectableFields(version.selectableFields ?? [], schema, selectable));
    return errors;
  });
};

interface SchemaContext {
  readonly rules: RuleChecker;
  readonly status: boolean;
  readonly unchanged: boolean;
}

const validateSchema = (schema: JsonSchema, path: string, context: SchemaContext): FieldError[] => {
  const errors = context.status ? validateStatusRoot(schema, path) : [];
  if (schema.nullable) errors.push(forbiddenField(`${path}.nullable`, 'nullable cannot be true at the root'));
  const ruleErrors = validateSchemaRules(schema, path);
  const unsupported = findUnsupported(schema);
  if (unsupported !== undefined) {
    const all = [...errors, ...ruleErrors];
    return all.length > 0 ? all : [invalid(path, '', unsupported)];
  }
  const structural = validateStructural(schema, path);
  if (structural.length > 0) return [...errors, ...structural, ...ruleErrors];
  const root = new SchemaNode(schema, selfContained(schema));
  const defaults = validateDefaults(root, path, context.rules.checkDefault);
  if (defaults.length > 0) return [...errors, ...defaults, ...ruleErrors];
  const broken = ruleErrors.map(({ field }) => field);
  return [...errors, ...ruleErrors, ...context.rules.checkSchema(root, path, { unchanged: context.unchanged, broken })];
};

const validateDeprecation = ({ deprecated, deprecationWarning }: DefinitionVersion, path: string): FieldError[] => {
  if (deprecationWarning === undefined) return [];
  const wrong = (detail: string): FieldError[] => [invalid(`${path}.deprecationWarning`, deprecationWarning, detail)];
  if (!deprecated) return wrong('can only be set for deprecated versions');
  if (deprecationWarning === '') return wrong('must not be an empty string');
  const unprintable = deprecationWarning.search(/\p{C}/u);
  return [
    ...(Buffer.byteLength(deprecationWarning) > 256 ? wrong('must be <= 256 characters long') : []),
    ...(unprintable < 0
      ? []
      : wrong(`must only contain printable UTF-8 characters; non-printable character found at index ${unprintable}`)),
  ];
};

const validateVersionList = (versions: readonly DefinitionVersion[]): FieldError[] => {
  const errors: FieldError[] = [];
  const wrong = (detail: string): void => void errors.push(invalid('spec.versions', internalVersions(versions), detail));
  if (new Set(versions.map(({ name }) => name)).size < versions.length) wrong('must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1) wrong('must have exactly one version marked as storage version');
  return errors;
};

/** The versions as the original prints them in errors: its internal form, where parts shared by all versions are elsewhere. */
const internalVersions = (versions: readonly DefinitionVersion[]): unknown[] => {
  const part = (version: DefinitionVersion, name: keyof DefinitionVersion): unknown =>
    isHoisted(versions, name) ? null : (version[name] ?? null);
  return versions.map((version) => ({
    Name: version.name,
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: part(version, 'schema'),
    Subresources: part(version, 'subresources'),
    AdditionalPrinterColumns: part(version, 'additionalPrinterColumns'),
    SelectableFields: part(version, 'selectableFields'),
  }));
};

const validateStoredVersions = (stored: readonly string[], versions: readonly DefinitionVersion[]): FieldError[] => {
  const path = 'status.storedVersions';
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')];
  const missing = versions.filter((version) => version.storage && !stored.includes(version.name));
  const gone = stored.flatMap((name, index) => (versions.some((version) => version.name === name) ? [] : [{ name, index }]));
  return [
    ...missing.map(({ name }) => invalid(path, stored, `must have the storage version ${name}`)),
    ...gone.map(({ name, index }) =>
      invalid(
        `${path}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    ),
  ];
};
