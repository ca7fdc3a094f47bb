import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { formatGroupResource } from '../../../apimachinery/meta/group-version.ts';
import type { Client } from '../../../client/contract.ts';
import type { DiscoveredResource, Discovery } from '../../../client/discovery.ts';
import { errorMessage } from '../common/error-message.ts';

/** What is left of a namespace after one round of deleting. */
export interface Remaining {
  /** Instances by resource, `pods.` for the core group's as the original writes it. */
  readonly resources: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
  readonly errors: readonly string[];
  /** The longest grace period among what is left, in seconds. */
  readonly graceSeconds: number;
}

const isDeletable = ({ namespaced, verbs }: DiscoveredResource): boolean =>
  namespaced && verbs.includes('delete') && verbs.includes('list');
const isPods = ({ group, resource }: DiscoveredResource): boolean => group === '' && resource === 'pods';

/** Deletes everything in the namespace, pods first and alone, so that nothing they rely on goes before them (KEP-5080). */
export const deleteContent = async (client: Client, namespace: string, discovery: Discovery): Promise<Remaining> => {
  const resources = discovery.resources.filter(isDeletable);
  const pods = await deleteAll(client, namespace, resources.filter(isPods));
  if (pods.resources.size > 0 || pods.errors.length > 0) return pods;
  return deleteAll(
    client,
    namespace,
    resources.filter((resource) => !isPods(resource)),
  );
};

async function deleteAll(client: Client, namespace: string, resources: readonly DiscoveredResource[]): Promise<Remaining> {
  const remaining = {
    resources: new Map<string, number>(),
    finalizers: new Map<string, number>(),
    errors: [] as string[],
    graceSeconds: 0,
  };
  await Promise.all(
    resources.map(async (resource) => {
      try {
        await deleteResource(client, namespace, { resource, remaining });
      } catch (error) {
        // Its definition went away meanwhile, and its objects with it.
        if (isStatusError(error, 'NotFound') || isStatusError(error, 'MethodNotAllowed')) return;
        remaining.errors.push(errorMessage(error));
      }
    }),
  );
  return remaining;
}

async function deleteResource(
  client: Client,
  namespace: string,
  {
    resource,
    remaining,
  }: { resource: DiscoveredResource; remaining: { resources: Map<string, number>; finalizers: Map<string, number>; graceSeconds: number } },
): Promise<void> {
  const objects = client.resource(resource);
  const before = await objects.list({ namespace, metadataOnly: true });
  if (before.items.length === 0) return;
  if (resource.verbs.includes('deletecollection')) await objects.deleteCollection({ namespace, propagationPolicy: 'Background' });
  else for (const { metadata } of before.items) await objects.delete(metadata.name, namespace, { propagationPolicy: 'Background' });
  const { items } = await objects.list({ namespace, metadataOnly: true });
  if (items.length === 0) return;
  const name = formatGroupResource(resource.group, resource.resource);
  remaining.resources.set(resource.group === '' ? `${name}.` : name, items.length);
  for (const { metadata } of items) {
    for (const finalizer of metadata.finalizers ?? []) remaining.finalizers.set(finalizer, (remaining.finalizers.get(finalizer) ?? 0) + 1);
    if (!metadata.finalizers?.length)
      remaining.graceSeconds = Math.max(remaining.graceSeconds, Number(metadata.deletionGracePeriodSeconds ?? 0));
  }
}
