import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { type InternalApi, loopbackUser } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import type { Amounts } from '../limits/resource-lists.ts';
import { asPod } from '../pods/pod-types.ts';
import { coreResource, refuse } from '../refuse.ts';
import { charge, growth, type QuotaStatus } from './check-quota.ts';
import { countsFor, objectUsage } from './object-usage.ts';
import { missingResources } from './pod-usage.ts';
import { inScope, quotaSpec } from './quota-scopes.ts';
import { recalculateQuota } from './recalculate.ts';
import { createUsageRefresher, type UsageRefresher } from './usage-refresher.ts';

const resourceQuotas = coreResource('resourcequotas');

/** Where usage may change besides the object itself. */
const countedSubresources: Readonly<Record<string, readonly string[]>> = {
  pods: ['status', 'resize'],
  persistentvolumeclaims: ['status'],
};

interface Charge {
  readonly quota: UnstructuredObject;
  readonly delta: Amounts;
}

/** ResourceQuota: charges what a write uses to the namespace's quotas, by compare-and-swap, before the object is written. */
export const resourceQuota = (
  api: InternalApi,
  options: { readonly now: () => number; readonly onError: (error: unknown) => void },
): { readonly plugin: AdmissionPlugin; readonly refresher: UsageRefresher } => {
  const cache = api.cache(resourceQuotas);
  const refresher = createUsageRefresher(api, options);
  cache.onChange(({ type, object }) => {
    const { hard } = (object['status'] ?? {}) as QuotaStatus;
    if (type === 'put' && JSON.stringify(hard) !== JSON.stringify(quotaSpec(object).hard))
      refresher.schedule(object.metadata.namespace ?? '');
  });

  const chargesOf = (attributes: AdmissionAttributes, quotas: readonly UnstructuredObject[]): Charge[] => {
    const { definition, object, oldObject } = attributes;
    if (!object) return [];
    const now = options.now();
    const after = objectUsage(definition, object, now);
    return quotas.flatMap((quota) => {
      const names = Object.keys(quotaSpec(quota).hard ?? {}).filter((name) => countsFor(definition, name));
      if (names.length === 0 || !inScope(quota, definition.plural, object)) return [];
      if (definition.plural === 'pods' && attributes.operation === 'CREATE') {
        const missing = missingResources(asPod(object), names);
        if (missing !== undefined) throw refuse(attributes, `failed quota: ${quota.metadata.name}: ${missing}`);
      }
      const before = oldObject && inScope(quota, definition.plural, oldObject) ? objectUsage(definition, oldObject, now) : undefined;
      const delta = growth(after, before);
      return delta.size > 0 && names.some((name) => delta.has(name)) ? [{ quota, delta }] : [];
    });
  };

  /** Checks, and unless it is a dry run, writes the new usage; a lost race checks again on what is there now. */
  const apply = async (attributes: AdmissionAttributes, { quota, delta }: Charge): Promise<void> => {
    const { name } = quota.metadata;
    const next = (status: QuotaStatus): QuotaStatus => {
      const result = charge(name, status, delta);
      if ('objection' in result) throw refuse(attributes, result.objection);
      return { ...status, used: result.used };
    };
    if (attributes.dryRun) {
      next((quota['status'] ?? {}) as QuotaStatus);
      return;
    }
    await api.modify(resourceQuotas, name, {
      namespace: attributes.namespace,
      user: loopbackUser,
      subresource: 'status',
      change: (object) => {
        object['status'] = next((object['status'] ?? {}) as QuotaStatus);
      },
    });
  };

  const plugin: AdmissionPlugin = {
    name: 'ResourceQuota',
    handles: ({ definition, namespace, subresource, operation }) =>
      definition.namespaced &&
      !definition.virtual &&
      operation !== 'CONNECT' &&
      (subresource === '' || (countedSubresources[definition.plural]?.includes(subresource) ?? false)) &&
      cache.list(namespace).length > 0 &&
      !(definition.plural === 'resourcequotas' && operation === 'UPDATE'),
    async validate(attributes) {
      const { namespace, operation, subresource } = attributes;
      if (operation === 'DELETE' || subresource === 'status') return refresher.schedule(namespace);
      const quotas: UnstructuredObject[] = [];
      for (const cached of cache.list(namespace)) {
        const isCounted = (cached['status'] as QuotaStatus | undefined)?.hard !== undefined;
        if (!isCounted) await recalculateQuota(api, cached, options.now());
        quotas.push(cached);
      }
      const charges = chargesOf(attributes, quotas);
      // All of them are asked before one is charged: what one refuses is not to be paid back.
      if (charges.length > 1) for (const each of charges) await apply({ ...attributes, dryRun: true }, each);
      for (const each of charges) await apply(attributes, each);
      if (charges.length > 0 || operation === 'UPDATE') refresher.schedule(namespace);
    },
  };
  return { plugin, refresher };
};
