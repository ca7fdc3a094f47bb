import { schemaSource } from '../../api/definitions.ts';
import type { KindDefinition, Strategy } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

const nested = (definition: string, group: string, strategy: Strategy = {}): KindDefinition => {
  const [version = '', kind = ''] = definition.split('.').slice(-2);
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
    schema: () => schemaSource(definition),
    columns: [{ name: 'Name', type: 'string', priority: 0 }],
    cells: ({ metadata }) => [metadata.name],
    strategy,
  };
};

const defaultTokenSeconds = 3600;

/** policy/v1 Eviction. */
export const evictionKind = nested('io.k8s.api.policy.v1.Eviction', 'policy');

const tokenRequestKind = nested('io.k8s.api.authentication.v1.TokenRequest', 'authentication.k8s.io', {
  applyDefaults(object: UnstructuredObject) {
    const spec = (object['spec'] ??= {}) as { expirationSeconds?: number | null };
    spec.expirationSeconds ??= defaultTokenSeconds;
  },
});

const kinds: readonly KindDefinition[] = [evictionKind, tokenRequestKind];

/** A kind that is only posted to a subresource of others, and so in no catalog: how it is decoded. */
export const nestedKind = (type: Pick<KindDefinition, 'group' | 'version' | 'kind'>): KindDefinition | undefined =>
  kinds.find(({ group, version, kind }) => group === type.group && version === type.version && kind === type.kind);
