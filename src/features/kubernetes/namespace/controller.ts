import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Namespace } from '../../../api/core/types.gen.ts';
import { namespacesRef } from '../../../api/refs.gen.ts';
import { discoverResources } from '../../../client/discovery.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteContent } from './content.ts';
import { deletionConditions } from './reconcile.ts';

const finalizer = 'kubernetes';
/** Things wait for one another (owners, finalizers of other controllers): look again soon, then less often. */
const retrySeconds = [0.1, 0.3, 1, 2, 5];

/** Empties namespaces that are being deleted, custom resources included, and lets them go when nothing is left. */
export const addNamespaceController = (manager: Manager): void => {
  const { client, clock } = manager;
  const namespaces = manager.informer<Namespace>(namespacesRef);
  const resource = client.resource<Namespace>(namespacesRef);
  const rounds = new Map<string, number>();

  const finalize = async (namespace: Namespace): Promise<void> => {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== finalizer);
    const { name } = namespace.metadata;
    try {
      await resource.updateSubresource(name, undefined, 'finalize', { ...namespace, spec: { ...namespace.spec, finalizers } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  };

  const reconcile = async (name: string): Promise<ReconcileResult> => {
    const namespace = namespaces.byKey(name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(finalizer)) {
      rounds.delete(name);
      return undefined;
    }
    const discovery = await discoverResources(client);
    const remaining = await deleteContent(client, name, discovery);
    const conditions = deletionConditions(namespace.status?.conditions, { failures: discovery.failures, remaining, now: clock.now() });
    const status = { ...namespace.status, phase: 'Terminating' as const, conditions };
    const done = remaining.resources.size === 0 && remaining.errors.length === 0 && discovery.failures.length === 0;
    // A namespace that goes at once needs no report.
    if (done && !rounds.has(name)) return finalize(namespace);
    const current = semanticEqual(status, namespace.status) ? namespace : await resource.updateStatus({ ...namespace, status });
    if (done) return finalize(current);
    const round = rounds.get(name) ?? 0;
    rounds.set(name, round + 1);
    const wait = retrySeconds[Math.min(round, retrySeconds.length - 1)] ?? 5;
    return { requeueAfterSeconds: Math.max(wait, Math.min(remaining.graceSeconds / 2, 5) * Number(round > 3)) };
  };

  manager.addController({ name: 'namespace', watches: [watch(namespaces)], reconcile, concurrency: 5 });
};
