import { StatusError } from '../../apimachinery/errors/status-error.ts';

/** What a client takes for a discovery document: the plain form, or the aggregated one of a version. */
export type DiscoveryForm = { readonly aggregated: 'v2' | 'v2beta1' } | { readonly aggregated: undefined; readonly isYaml?: boolean };

const jsonTypes = new Set(['application/json', 'application/*', '*/*', 'application/yaml']);

const parseClause = (
  clause: string,
): { readonly type: string; readonly parameters: ReadonlyMap<string, string>; readonly quality: number } => {
  const [type = '', ...rest] = clause.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((part): [string, string] => {
      const equals = part.indexOf('=');
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
  return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
};

/**
 * The first acceptable clause of an Accept header, best quality first. Answers are JSON: a protobuf clause is passed over.
 * @throws StatusError NotAcceptable
 */
export const negotiateDiscovery = (accept: string | undefined, options: { readonly aggregated: boolean }): DiscoveryForm => {
  if (!accept) return { aggregated: undefined };
  const clauses = accept
    .split(',')
    .map(parseClause)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { type, parameters } of clauses) {
    if (!jsonTypes.has(type)) continue;
    const [group, version, as] = [parameters.get('g'), parameters.get('v'), parameters.get('as')];
    if (as === undefined && group === undefined) return { aggregated: undefined, ...(type === 'application/yaml' ? { isYaml: true } : {}) };
    if (!options.aggregated || group !== 'apidiscovery.k8s.io' || as !== 'APIGroupDiscoveryList') continue;
    if (version === 'v2' || version === 'v2beta1') return { aggregated: version };
  }
  if (clauses.some(({ type }) => type === 'application/vnd.kubernetes.protobuf')) return { aggregated: undefined };
  throw new StatusError('NotAcceptable', 'only the following media types are accepted: application/json');
};
