import type { Job } from '../../../api/batch/types.gen.ts';
import { jobsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';

/** Deletes finished Jobs ttlSecondsAfterFinished after their end. */
export const addTtlAfterFinishedController = (manager: Manager): void => {
  const jobs = manager.informer<Job>(jobsRef);
  const client = manager.client.resource<Job>(jobsRef);

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const job = jobs.byKey(key);
    const ttl = job?.spec.ttlSecondsAfterFinished;
    const end = job?.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
    if (!job || ttl === undefined || !end || job.metadata.deletionTimestamp) return undefined;
    const left = Date.parse(end.lastTransitionTime ?? '') / 1000 + ttl - manager.clock.now() / 1000;
    if (left > 0) return { requeueAfterSeconds: left };
    const fresh = await client.find(job.metadata.name, job.metadata.namespace);
    if (fresh && fresh.metadata.uid === job.metadata.uid && fresh.spec.ttlSecondsAfterFinished === ttl) {
      await deleteObject(client, fresh, { propagationPolicy: 'Foreground' });
    }
    return undefined;
  };
  manager.addController({ name: 'ttl-after-finished', watches: [watch(jobs)], reconcile });
};
