import type { JsonObject } from '../../../apimachinery/meta/object.ts';
import { listAt, stringOr } from './fields.ts';

/** Condition types where one cluster's True is bad news for the whole. */
const negative = new Set(['ReplicaFailure', 'Failed', 'Suspended', 'FailureTarget']);

/**
 * One condition per type over all clusters: good ones are True only where they are True everywhere, bad ones as soon as they are somewhere.
 * The message names the clusters that decide. The transition time is kept while the status stays.
 */
export const aggregateConditions = (
  items: readonly { readonly cluster: string; readonly status: JsonObject }[],
  current: readonly JsonObject[],
): JsonObject[] => {
  const byType = new Map<string, { cluster: string; condition: JsonObject }[]>();
  for (const { cluster, status } of items) {
    for (const condition of listAt(status, 'conditions')) {
      const type = stringOr(condition['type'], '');
      byType.set(type, [...(byType.get(type) ?? []), { cluster, condition }]);
    }
  }
  return [...byType]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, reports]) => combine(type, reports, { total: items.length, old: current.find((entry) => entry['type'] === type) }));
};

const combine = (
  type: string,
  reports: readonly { readonly cluster: string; readonly condition: JsonObject }[],
  { total, old }: { readonly total: number; readonly old: JsonObject | undefined },
): JsonObject => {
  const decisive = negative.has(type) ? 'True' : 'False';
  const deciding = reports.filter(({ condition }) => condition['status'] === decisive);
  const others = reports.filter(({ condition }) => condition['status'] !== decisive);
  const shown = deciding.length > 0 ? deciding : others;
  const missing = !negative.has(type) && deciding.length === 0 && reports.length < total;
  const status = missing ? 'Unknown' : stringOr(shown[0]!.condition['status'], 'Unknown');
  const times = (field: string) =>
    shown
      .map(({ condition }) => stringOr(condition[field], ''))
      .toSorted()
      .at(-1);
  const clusters = shown.map(({ cluster }) => cluster).join(', ');
  const updated = times('lastUpdateTime');
  return {
    type,
    status,
    ...(updated ? { lastUpdateTime: updated } : {}),
    lastTransitionTime: old?.['status'] === status ? (old['lastTransitionTime'] ?? null) : (times('lastTransitionTime') ?? null),
    reason: stringOr(shown[0]!.condition['reason'], ''),
    message: `${clusters}: ${stringOr(shown[0]!.condition['message'], '')}`,
  };
};
