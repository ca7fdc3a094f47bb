import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Dice } from './dice.ts';
import { randomSchema } from './random-schema.ts';

const tamePaths = ['.spec.a', '.spec.b', '.status.a', '.metadata.creationTimestamp', '.spec.a.b'];
const oddPaths = [
  '.status', '.metadata.name', '.spec', 'spec.a', '.spec.a[0]', '.spec.a[*].b', '..a', '.', '', '{.spec.a}', '.spec[', ".spec['a']", '.spec.a[?(@.b=="x")].c', '.metadata.labels.a', '.spec.x y', '.spec.a[-1:]',
  '.spec.a[0:2:0]', '$.spec', '.spec.*', '.a[99999999999999999999]', '.spec.a\\.b', '.metadata.annotations.a\\.b/c', '.kind', '.status.replicas', '.spec.replicas', '.spec.nope', '.{}', '.spec.a[(@.length-1)]',
]; // prettier-ignore

const several = <T>(dice: Dice, draw: () => T): T[] => Array.from({ length: 1 + dice.below(3) }, draw);

const column = (dice: Dice): JsonObject => ({
  name: dice.pickTame(['A', 'B', 'Age'], ['']),
  type: dice.pickTame(['string', 'integer', 'date', 'number', 'boolean'], ['nope', '']),
  jsonPath: dice.pickTame(tamePaths, oddPaths),
  ...(dice.chance(0.2) && { priority: dice.pick([0, 1, -1]) }),
  ...(dice.chance(0.2) && { format: dice.pickTame(['int32', 'date-time', 'password'], ['nope']) }),
});

const scale = (dice: Dice): JsonObject => ({
  specReplicasPath: dice.pickTame(['.spec.replicas', '.spec.a'], oddPaths),
  statusReplicasPath: dice.pickTame(['.status.replicas'], oddPaths),
  ...(dice.chance(0.5) && { labelSelectorPath: dice.pickTame(['.status.selector', '.spec.a'], oddPaths) }),
});

const version = (dice: Dice, index: number): JsonObject => {
  const root = randomSchema(dice, 3, { isRoot: true });
  const properties = root['properties'] as JsonObject | undefined;
  if (properties && !properties['spec'] && dice.chance(0.8)) properties['spec'] = randomSchema(dice, 2);
  return {
    name: dice.chance(0.92) ? (['v1', 'v1beta1', 'v2'][index] ?? '') : dice.pick(['v1', 'V1', '', 'a.b', 'é', 'v1-', 'x'.repeat(64)]),
    served: dice.chance(0.95),
    storage: dice.chance(0.97) ? index === 0 : dice.chance(0.5),
    ...(dice.chance(0.97) && { schema: dice.chance(0.98) ? { openAPIV3Schema: root } : {} }),
    ...(dice.chance(0.25) && { additionalPrinterColumns: several(dice, () => column(dice)) }),
    ...(dice.chance(0.2) && { selectableFields: several(dice, () => ({ jsonPath: dice.pickTame(tamePaths, oddPaths) })) }),
    ...(dice.chance(0.25) && {
      subresources: { ...(dice.chance(0.7) && { status: {} }), ...(dice.chance(0.4) && { scale: scale(dice) }) },
    }),
    ...(dice.chance(0.06) && { deprecated: dice.chance(0.8) }),
    ...(dice.chance(0.06) && { deprecationWarning: dice.pick(['x', '', 'a\nb', 'w'.repeat(257)]) }),
  };
};

const conversions: readonly Json[] = [
  { strategy: 'None' }, { strategy: 'Nope' }, {}, { strategy: 'Webhook' }, { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } },
  { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://x.y/z' } } },
  { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v9'], clientConfig: { url: 'https://x.y/z' } } },
  { strategy: 'Webhook', webhook: { conversionReviewVersions: [], clientConfig: { url: 'http://x' } } },
  { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1', 'v1', 'X y'], clientConfig: { service: { name: 'a', namespace: 'b', port: 0, path: 'x//y' }, caBundle: 'YWJj' } } },
  { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: {} } },
]; // prettier-ignore

/** A definition of `things` in the group: the tamer the dice, the more often a valid one. */
export const randomDefinition = (dice: Dice, ownGroup: string): JsonObject => {
  const plural = dice.chance(0.96) ? 'things' : dice.pick(['Things', 'a.b', '', 'x'.repeat(64), '1a', 'a-b']);
  const group = dice.chance(0.95) ? ownGroup : dice.pick(['example', 'x.k8s.io', 'R.example.com', '', 'r..com', 'a.kubernetes.io']);
  const versions = Array.from({ length: dice.chance(0.8) ? 1 : 1 + dice.below(3) }, (_, index) => version(dice, index));
  const approval = dice.pick(['https://x.y/z', 'unapproved, x', 'nope', '']);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: dice.chance(0.97) ? `${plural}.${group}` : 'wrong',
      ...(/k8s\.io|kubernetes\.io/.test(group) && { annotations: { 'api-approved.kubernetes.io': approval } }),
    },
    spec: {
      group,
      scope: dice.chance(0.97) ? dice.pick(['Namespaced', 'Cluster']) : dice.pick(['', 'Nope']),
      names: {
        plural,
        kind: dice.chance(0.97) ? 'Thing' : dice.pick(['thing', '', 'T h', 'ThingList']),
        ...(dice.chance(0.3) && { singular: dice.pickTame(['thing'], ['Thing', 'things', 'a.b']) }),
        ...(dice.chance(0.2) && { shortNames: dice.pickTame<Json>([['t']], [['T'], ['t', 't'], ['']]) }),
        ...(dice.chance(0.1) && { listKind: dice.pick(['ThingList', 'Thing', 'x y', '']) }),
        ...(dice.chance(0.1) && { categories: dice.pick<Json>([['all'], ['A'], [''], ['a.b']]) }),
      },
      versions: dice.chance(0.02) ? [] : versions,
      ...(dice.chance(0.05) && { preserveUnknownFields: dice.chance(0.5) }),
      ...(dice.chance(0.1) && { conversion: dice.pick(conversions) }),
    },
  };
};
