import type { GroupBehaviour, KindBehaviour } from './kind-behaviour.ts';
import type { ColumnDefinition, KindDefinition, Strategy, SubresourceDefinition, Verb } from './kind-definition.ts';
import { groupBehaviours } from './behaviours.ts';
import { canonicalize, zeroMember } from './canonicalize.ts';
import { readGenerated, schemaSource } from './definitions.ts';
import { plainCells } from './plain-cells.ts';
import { withStatus } from './status-strategy.ts';

interface KindEntry {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources?: readonly SubresourceDefinition[];
  readonly columns?: readonly (readonly [name: string, type: string, format: string, priority: number])[];
  readonly definition: string;
  readonly offByDefault?: true;
}

const column = ([name, type, format, priority]: readonly [string, string, string, number]): ColumnDefinition => ({
  name,
  type,
  format,
  priority,
});

/** Kinds without a printer of their own. */
const plainColumns: readonly ColumnDefinition[] = [
  { name: 'Name', type: 'string', format: 'name', priority: 0 },
  { name: 'Created At', type: 'date', format: '', priority: 0 },
];

const behaviourOf = (entry: KindEntry): KindBehaviour => {
  const group: GroupBehaviour = groupBehaviours[entry.group] ?? {};
  return group[`${entry.version}/${entry.plural}`] ?? group[entry.plural] ?? {};
};

const strategyFor = (entry: KindEntry, { strategy = {}, keepsInitialStatus }: KindBehaviour): Strategy => {
  const canonical: Strategy = {
    allowUnconditionalUpdate: true,
    ...strategy,
    applyDefaults: (object) => {
      canonicalize(entry.definition, object);
      strategy.applyDefaults?.(object);
    },
  };
  if (!entry.subresources?.some(({ name }) => name === 'status')) return canonical;
  const complete = withStatus(canonical, () => zeroMember(entry.definition, 'status'));
  return keepsInitialStatus && complete.prepareForUpdate ? { ...canonical, prepareForUpdate: complete.prepareForUpdate } : complete;
};

const define = (entry: KindEntry): KindDefinition => {
  const behaviour = behaviourOf(entry);
  const { strategy: _strategy, keepsInitialStatus: _keeps, ...rest } = behaviour;
  return {
    group: entry.group,
    version: entry.version,
    kind: entry.kind,
    listKind: `${entry.kind}List`,
    plural: entry.plural,
    singular: entry.singular,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    namespaced: entry.namespaced,
    verbs: entry.verbs,
    subresources: entry.subresources ?? [],
    schema: () => schemaSource(entry.definition),
    columns: entry.columns?.map(column) ?? plainColumns,
    cells: plainCells,
    ...rest,
    strategy: strategyFor(entry, behaviour),
  };
};

const entries = readGenerated('kinds.gen.json') as readonly KindEntry[];

/** Every kind of Kubernetes 1.35 that is served by default, in the order of discovery. */
export const builtInKinds: readonly KindDefinition[] = entries.filter(({ offByDefault }) => !offByDefault).map(define);

const resourceMetrics = 'metrics.k8s.io';

/** The kinds of the versions that are off by default, such as `admissionregistration.k8s.io/v1beta1`. */
export const kindsOffByDefault = (): readonly KindDefinition[] =>
  entries.filter(({ offByDefault, group }) => offByDefault && group !== resourceMetrics).map(define);

/** metrics.k8s.io: NodeMetrics and PodMetrics, which are computed and never stored. */
export const resourceMetricsKinds = (): readonly KindDefinition[] => entries.filter(({ group }) => group === resourceMetrics).map(define);
