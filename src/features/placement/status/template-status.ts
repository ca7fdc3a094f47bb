import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { aggregateStatus } from '../interpreter/aggregate.ts';
import { targetClusters } from '../works/target-clusters.ts';

/** Writes the aggregate of all clusters' status to the template. Kinds without a status subresource are left alone. */
export const updateTemplateStatus = async (manager: Manager, template: UnstructuredObject, binding: ResourceBinding): Promise<void> => {
  const reports = new Map((binding.status?.aggregatedStatus ?? []).map((item) => [item.clusterName, item]));
  const items = targetClusters(binding).map((clusterName) => reports.get(clusterName) ?? { clusterName });
  const wanted = aggregateStatus(template, items);
  if (wanted === undefined || jsonEqual(wanted, template['status'] ?? {})) return;
  const ref = await manager.client.refFor(template.apiVersion, template.kind);
  if (!ref) return;
  try {
    await manager.client.resource(ref).updateStatus({ ...template, status: wanted }, { fieldManager: 'causeway-status' });
  } catch (error) {
    if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'MethodNotAllowed')) throw error;
  }
};
