import type { JsonObject } from '../../../apimachinery/meta/object.ts';
import { createMergePatch } from '../../../apimachinery/patch/merge-patch.ts';
import type { Client } from '../../../client/contract.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster, ClusterStatus } from '../api/cluster.ts';
import { apiEnablements } from './enablements.ts';
import type { MemberWatch } from './member-watch.ts';

/** What a member says of itself: version, API enablements, nodes, resources. @throws {Error} when it does not answer within ten seconds */
export const collectStatus = async (client: Client, watching: MemberWatch, signal: AbortSignal): Promise<ClusterStatus> => {
  const until = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const aborted = new Promise<never>((_resolve, reject) =>
    until.addEventListener('abort', () => reject(new Error('the member did not answer in time')), { once: true }),
  );
  aborted.catch(() => {});
  const facts = Promise.all([client.raw('/version', { signal: until }), apiEnablements(client, until), watching.summary()]);
  const [version, enablements, summary] = await Promise.race([facts, aborted]);
  return { kubernetesVersion: (version as { gitVersion?: string }).gitVersion ?? '', apiEnablements: enablements, ...summary };
};

/** The conditions with Ready replaced; its transition time moves only with its status. */
export const withReady = (
  { status }: Cluster,
  observed: { readonly status: 'True' | 'False' | 'Unknown'; readonly reason: string; readonly message: string },
  now: number,
): NonNullable<ClusterStatus['conditions']> => {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
  const old = status?.conditions?.find(({ type }) => type === 'Ready');
  const lastTransitionTime = old?.status === observed.status ? old.lastTransitionTime : formatTime(now);
  return [...others, { type: 'Ready', ...observed, lastTransitionTime }];
};

/** Patches what differs of the status; nothing when nothing does. */
export const writeStatus = async (client: Client, { metadata, status }: Cluster, wanted: ClusterStatus): Promise<void> => {
  const changed = createMergePatch((status ?? {}) as JsonObject, { ...status, ...wanted } as JsonObject);
  if (Object.keys(changed).length === 0) return;
  const options = { type: 'merge', subresource: 'status', fieldManager: 'causeway-fleet' } as const;
  await client.resource<Cluster>(clustersRef).patch(metadata.name, undefined, { status: changed }, options);
};
