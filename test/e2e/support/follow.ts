import { configMapsRef } from '../../../src/api/refs.gen.ts';
import type { KubeObject } from '../../../src/apimachinery/meta/object.ts';
import { isStatusError } from '../../../src/apimachinery/errors/status-error.ts';
import { connect } from './connect.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly name: string;
  readonly text: string | undefined;
  readonly version: bigint;
}

/** Lists once and watches, resuming where it was for as long as it can, as an informer does. */
export interface Follower {
  readonly changes: readonly Change[];
  /** How often history was lost. */
  readonly relists: number;
  /** Version by name, of what is there by what was seen. */
  present(): ReadonlyMap<string, string>;
  /** What was wrong with what it was sent. */
  failure(): unknown;
  stop(): Promise<void>;
}

interface Register extends KubeObject {
  readonly data?: { readonly text?: string };
}

/** Follows ConfigMaps of these names in the namespace `default` through one hub. */
export const followConfigMaps = async (kubeconfig: string, names: readonly string[]): Promise<Follower> => {
  const client = await connect(kubeconfig);
  const resource = client.resource<Register>(configMapsRef);
  const namespace = 'default';
  const ending = new AbortController();
  const changes: Change[] = [];
  const present = new Map<string, string>();
  let relists = 0;
  let failure: unknown;
  let seen = '0';

  const list = async (): Promise<void> => {
    const { items, metadata } = await resource.list({ namespace });
    present.clear();
    for (const item of items) if (names.includes(item.metadata.name)) present.set(item.metadata.name, item.metadata.resourceVersion!);
    seen = metadata.resourceVersion!;
  };
  const take = (type: string, object: Register): void => {
    const { name, resourceVersion = '0' } = object.metadata;
    if (BigInt(resourceVersion) < BigInt(seen)) throw new Error(`${type} ${name} ${resourceVersion} came after ${seen}`);
    seen = resourceVersion;
    if (type === 'BOOKMARK' || !names.includes(name)) return;
    if (type === 'DELETED') present.delete(name);
    else present.set(name, resourceVersion);
    changes.push({ type: type as Change['type'], name, text: object.data?.text, version: BigInt(resourceVersion) });
  };
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        const options = { namespace, resourceVersion: seen, allowBookmarks: true, signal: ending.signal };
        for await (const { type, object } of resource.watch(options)) take(type, object);
      } catch (error) {
        if (error instanceof Error && error.message.includes('came after')) throw error;
        if (isStatusError(error, 'Expired') && ++relists) await list().catch(() => {});
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await list();
  const following = follow().catch((error: unknown) => (failure = error));
  return {
    changes,
    get relists() {
      return relists;
    },
    present: () => present,
    failure: () => failure,
    stop: async () => {
      ending.abort();
      await following;
      await client.close();
    },
  };
};
