import { connectOptions, connectSchema } from '../../api/core/connect-options.ts';
import { schemaSource } from '../../api/definitions.ts';
import type { KindDefinition, Strategy } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SchemaSource } from '../../apimachinery/schema/json-schema.ts';
import type { KindCatalog } from './contract.ts';
import { scaleKind } from './scale-kind.ts';

const nested = (
  { group, version = 'v1', kind }: { readonly group: string; readonly version?: string; readonly kind: string },
  schema: () => SchemaSource,
  strategy: Strategy = {},
): KindDefinition => {
  return {
    group,
    version,
    kind,
    listKind: `${kind}List`,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ['create'],
    subresources: [],
    schema,
    columns: [{ name: 'Name', type: 'string', priority: 0 }],
    cells: ({ metadata }) => [metadata.name],
    strategy,
  };
};

const defaultTokenSeconds = 3600;

/** policy/v1 Eviction. */
export const evictionKind = nested({ group: 'policy', kind: 'Eviction' }, () => schemaSource('io.k8s.api.policy.v1.Eviction'));

const tokenRequestKind = nested(
  { group: 'authentication.k8s.io', kind: 'TokenRequest' },
  () => schemaSource('io.k8s.api.authentication.v1.TokenRequest'),
  {
    applyDefaults(object: UnstructuredObject) {
      const spec = (object['spec'] ??= {}) as { expirationSeconds?: number | null; boundObjectRef?: unknown };
      spec.expirationSeconds ??= defaultTokenSeconds;
      spec.boundObjectRef ??= null;
      const status = (object['status'] ??= { token: '' }) as { expirationTimestamp?: string | null };
      status.expirationTimestamp ??= null;
    },
  },
);

const connections = Object.keys(connectOptions).map((kind) => nested({ group: '', kind }, () => connectSchema(kind)));

const kinds: readonly KindDefinition[] = [evictionKind, tokenRequestKind, scaleKind, ...connections];

/** A kind that is only posted to a subresource of others, and so in no catalog: how it is decoded. */
export const nestedKind = (type: Pick<KindDefinition, 'group' | 'version' | 'kind'>): KindDefinition | undefined =>
  kinds.find(({ group, version, kind }) => group === type.group && version === type.version && kind === type.kind);

/** The kind of what is sent to a subresource: the object's own unless it has another (Scale, Eviction, Binding, PodExecOptions …). */
export const kindSentTo = (definition: KindDefinition, subresource: string, catalog: Pick<KindCatalog, 'findKind'>): KindDefinition => {
  const type = definition.subresources.find(({ name }) => name === subresource)?.kind;
  if (!type) return definition;
  return catalog.findKind(type.group, type.version, type.kind) ?? nestedKind(type) ?? definition;
};
