import type { ColumnDefinition, KindDefinition, SubresourceDefinition, Verb } from '../../api/kind-definition.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { compileSchema } from '../../apimachinery/schema/compile.ts';
import type { CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { DefinitionVersion } from '../../apimachinery/schema/custom-resource-definition.ts';
import type { ConversionSpec } from '../../apimachinery/schema/definition-conversion.ts';
import type { PrinterColumn } from '../../apimachinery/schema/definition-parts.ts';
import { compileJsonPath } from '../../apimachinery/schema/json-path.ts';
import { selfContained } from '../../apimachinery/schema/schema-node.ts';
import type { SchemaSource } from '../../apimachinery/schema/json-schema.ts';
import { compareVersions } from '../discovery/version-order.ts';
import type { ConversionMeasures, CustomResourceMeasures } from '../metrics/custom-resource-measures.ts';
import { ageColumn, nameColumn } from '../table/columns.ts';
import { isTerminating, storageVersionOf } from './definition-object.ts';
import type { StoredDefinition } from './definition-object.ts';
import { resourceStrategy } from './resource-strategy.ts';

/** In the order that discovery has always shown for custom resources. */
const verbs: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const subresourceVerbs: readonly Verb[] = ['get', 'patch', 'update'];

const columnOf = ({ name, type, format, description, priority, jsonPath }: PrinterColumn): ColumnDefinition => ({
  name,
  type,
  ...(format ? { format } : {}),
  description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
  priority: priority ?? 0,
  jsonPath,
});

const columnsOf = ({ additionalPrinterColumns = [] }: DefinitionVersion): ColumnDefinition[] => [
  nameColumn,
  ...(additionalPrinterColumns.length > 0 ? additionalPrinterColumns.map(columnOf) : [ageColumn]),
];

const subresourcesOf = ({ subresources }: DefinitionVersion): SubresourceDefinition[] => [
  ...(subresources?.status ? [{ name: 'status', verbs: subresourceVerbs }] : []),
  ...(subresources?.scale
    ? [{ name: 'scale', verbs: subresourceVerbs, kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } }]
    : []),
];

/** The definition's own words, or those that name the version to use instead. */
const deprecationOf = (version: DefinitionVersion, { spec }: StoredDefinition): Pick<KindDefinition, 'deprecationWarning'> => {
  if (!version.deprecated) return {};
  if (version.deprecationWarning !== undefined) return { deprecationWarning: version.deprecationWarning };
  const name = (of: string): string => `${spec.group}/${of} ${spec.names.kind}`;
  const [better] = spec.versions
    .filter((other) => other.served && !other.deprecated && compareVersions(other.name, version.name) < 0)
    .map((other) => other.name)
    .toSorted(compareVersions);
  return { deprecationWarning: `${name(version.name)} is deprecated${better === undefined ? '' : `; use ${name(better)}`}` };
};

/** Field selectors by path without the leading dot; absent fields select as ''. */
const selectableFieldsOf = ({ selectableFields = [] }: DefinitionVersion): Record<string, (object: UnstructuredObject) => string> =>
  Object.fromEntries(
    selectableFields.map(({ jsonPath }) => {
      const find = compileJsonPath(jsonPath);
      return [
        jsonPath.replace(/^\./, ''),
        (object: UnstructuredObject) => {
          const [value] = find(object);
          return value === undefined || value === null ? '' : String(value);
        },
      ];
    }),
  );

/** Converts objects by asking a webhook. @throws StatusError when it fails */
export type WebhookConversion = (
  webhook: NonNullable<ConversionSpec['webhook']>,
  request: ConversionRequest,
) => Promise<readonly UnstructuredObject[]>;

export interface ConversionRequest {
  readonly objects: readonly UnstructuredObject[];
  readonly apiVersion: string;
  /** Told how it ended. */
  readonly conversion?: ConversionMeasures | undefined;
}

/** What custom kinds are made with. */
export interface KindParts {
  readonly convert: WebhookConversion;
  readonly measures: CustomResourceMeasures;
}

interface LazySchema {
  readonly source: SchemaSource;
  readonly compiled: () => CompiledSchema;
}

const lazySchema = (version: DefinitionVersion): LazySchema => {
  const schema = selfContained(version.schema?.openAPIV3Schema ?? { 'x-kubernetes-preserve-unknown-fields': true });
  let compiled: CompiledSchema | undefined;
  return { source: schema, compiled: () => (compiled ??= compileSchema(schema)) };
};

const versionOf = (apiVersion = ''): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

/** The versions of a definition as served kinds. Names are those that were accepted. */
export const kindDefinitions = (definition: StoredDefinition, { convert, measures }: KindParts): KindDefinition[] => {
  const { spec, status, metadata } = definition;
  const { group } = spec;
  const names = { ...spec.names, ...status?.acceptedNames };
  const storageVersion = storageVersionOf(definition);
  const onlyVersion = spec.versions.length === 1 && (status?.storedVersions ?? []).every((name) => name === storageVersion);
  const storedApiVersion = formatGroupVersion(group, storageVersion);
  const { conversion } = spec;
  const schemas = new Map(spec.versions.map((version) => [version.name, lazySchema(version)]));
  const schemaOf = (apiVersion: string | undefined): CompiledSchema | undefined => schemas.get(versionOf(apiVersion))?.compiled();
  /** Defaults are those of the version an object has; of another version's fields it keeps those that are its own too. */
  const refresh = (object: UnstructuredObject): UnstructuredObject => {
    const schema = schemaOf(object.apiVersion);
    schema?.prune(object);
    schema?.applyDefaults(object);
    return object;
  };
  const asVersion =
    (apiVersion: string) =>
    (object: UnstructuredObject): UnstructuredObject => {
      const converted = { ...deepClone(object), apiVersion };
      schemaOf(apiVersion)?.prune(converted);
      return converted;
    };
  const edition = `${metadata.uid ?? ''}/${metadata.generation ?? ''}/${JSON.stringify(status?.acceptedNames ?? {})}`;
  const webhook = conversion?.strategy === 'Webhook' ? conversion.webhook : undefined;
  /** How stored objects become a version's: by the webhook, or by their apiVersion alone. */
  const conversionTo = (apiVersion: string): Pick<KindDefinition, 'conversion' | 'storage'> =>
    webhook
      ? {
          conversion: {
            storedApiVersion,
            convert: (objects, wanted) => {
              const versions = { from: versionOf(objects[0]?.apiVersion), to: versionOf(wanted) };
              const underWay = measures.conversion(metadata.name, { group, plural: names.plural ?? '' }, versions);
              return convert(webhook, { objects: objects.map(refresh), apiVersion: wanted, conversion: underWay });
            },
          },
        }
      : {
          storage: {
            group,
            version: storageVersion,
            plural: names.plural ?? '',
            toStored: asVersion(storedApiVersion),
            fromStored: asVersion(apiVersion),
          },
        };
  const served = spec.versions.filter((version) => version.served || (isTerminating(definition) && version.storage));
  return served.map((version) => {
    const { source, compiled } = schemas.get(version.name) ?? lazySchema(version);
    const apiVersion = formatGroupVersion(group, version.name);
    return {
      group,
      version: version.name,
      kind: names.kind ?? '',
      listKind: names.listKind ?? '',
      plural: names.plural ?? '',
      singular: names.singular ?? '',
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      namespaced: spec.scope === 'Namespaced',
      verbs,
      subresources: subresourcesOf(version),
      ...(version.subresources?.scale ? { scale: version.subresources.scale } : {}),
      schema: () => source,
      columns: columnsOf(version),
      ...deprecationOf(version, definition),
      selectableFields: selectableFieldsOf(version),
      strategy: resourceStrategy({
        schema: compiled,
        statusSubresource: version.subresources?.status !== undefined,
        ...(version.subresources?.scale ? { scale: version.subresources.scale } : {}),
        time: measures.time,
      }),
      ...(onlyVersion ? {} : conversionTo(apiVersion)),
      // Objects written before the definition last changed may lack its defaults and hold fields it has dropped.
      ...(onlyVersion && metadata.generation === 1 ? {} : { refresh }),
      custom: { definitionName: metadata.name, storageVersion, edition, unserved: (name) => schemas.get(name)?.source },
    };
  });
};
