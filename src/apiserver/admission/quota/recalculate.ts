import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { addQuantities, quantityOf } from '../../../apimachinery/quantity/quantity.ts';
import { type InternalApi, loopbackUser } from '../../registry/contract.ts';
import { type Amounts, formatAmounts } from '../limits/resource-lists.ts';
import { coreResource } from '../refuse.ts';
import type { QuotaStatus } from './check-quota.ts';
import { countsFor, objectUsage } from './object-usage.ts';
import { inScope, quotaSpec } from './quota-scopes.ts';

const resourceQuotas = coreResource('resourcequotas');

/** What a namespace really uses of a quota, counted from the store. */
const countUsage = async (api: InternalApi, quota: UnstructuredObject, now: number): Promise<Amounts> => {
  const names = Object.keys(quotaSpec(quota).hard ?? {});
  const used: Amounts = new Map(names.map((name) => [name, quantityOf(0)]));
  const seen = new Set<string>();
  for (const definition of api.catalog.all()) {
    const { group, version, plural } = definition;
    const key = `${group}/${plural}`;
    if (!definition.namespaced || definition.virtual || seen.has(key) || !names.some((name) => countsFor(definition, name))) continue;
    seen.add(key);
    for (const object of await api.list({ group, version, resource: plural }, quota.metadata.namespace)) {
      if (!inScope(quota, plural, object)) continue;
      for (const [name, quantity] of objectUsage(definition, object, now)) {
        const before = used.get(name);
        if (before) used.set(name, addQuantities(before, quantity));
      }
    }
  }
  return used;
};

/** Brings a quota's status in line with its spec and with what is there. Answers the status as written. */
export const recalculateQuota = async (api: InternalApi, quota: UnstructuredObject, now: number): Promise<QuotaStatus | undefined> => {
  const { name, namespace = '' } = quota.metadata;
  const status = { hard: { ...quotaSpec(quota).hard }, used: formatAmounts(await countUsage(api, quota, now)) };
  if (semanticEqual(quota['status'], status)) return status;
  try {
    await api.modify(resourceQuotas, name, {
      namespace,
      user: loopbackUser,
      subresource: 'status',
      change: (object) => {
        if (object.metadata.resourceVersion !== quota.metadata.resourceVersion) return false;
        object['status'] = status;
        return undefined;
      },
    });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
  return status;
};
