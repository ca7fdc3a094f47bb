import { isStatusError } from '../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import { withoutManagedFields } from '../apimachinery/meta/without-managed-fields.ts';
import type { ResourceClient } from '../client/contract.ts';
import { createBackoff } from './backoff.ts';
import { sleep } from './clock.ts';
import type { Clock, InformerOptions, Logger } from './contract.ts';

const pageSize = 500;
const watchSeconds = 300;

/** Who takes what a reflector sees. */
export interface ReflectorTarget<T extends KubeObject> {
  /** The whole state at a version. */
  replace(objects: readonly T[], resourceVersion: string): void;
  /** One change; `undefined` for a bookmark. */
  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void;
  /** Everything up to this version has been seen. */
  progress(resourceVersion: string): void;
}

export interface ReflectorOptions<T extends KubeObject = KubeObject> extends InformerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  /** Lists leave out objects for which it is false. */
  readonly keep?: (object: T) => boolean;
}

const isExpired = (error: unknown): boolean => isStatusError(error, 'Expired') || isStatusError(error, 'Gone');

/**
 * Keeps the target equal to the server until the signal aborts: list, then watch from the list's version, resume from the last version
 * when a watch ends or breaks, and list again when that version is gone (410) or the server refuses it.
 */
export const runReflector = async <T extends KubeObject>(
  client: ResourceClient<T>,
  target: ReflectorTarget<T>,
  { signal, ...options }: ReflectorOptions<T> & { readonly signal: AbortSignal },
): Promise<void> => {
  const random = options.random ?? Math.random;
  const backoff = createBackoff({ initialMilliseconds: 100, maxMilliseconds: 30_000, jitter: 1, random });
  const selection = {
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector }),
    ...(options.metadataOnly ? { metadataOnly: true } : {}),
    signal,
  };

  const list = async (): Promise<string> => {
    const objects: T[] = [];
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const page = await client.list({ ...selection, limit: pageSize, ...(next ? { continue: next } : {}) });
      for (const object of page.items) {
        // Caches drop them; all pages together would be twice as large with them.
        if (options.keep?.(object) !== false) objects.push(withoutManagedFields(object));
      }
      resourceVersion = page.metadata.resourceVersion ?? '';
      next = page.metadata.continue;
    } while (next);
    target.replace(objects, resourceVersion);
    return resourceVersion;
  };

  /** Returns the last version seen when the server ends the watch. */
  const watch = async (from: string, seen: (resourceVersion: string) => void): Promise<void> => {
    const timeoutSeconds = Math.floor(watchSeconds * (1 + random()));
    for await (const { type, object } of client.watch({ ...selection, resourceVersion: from, allowBookmarks: true, timeoutSeconds })) {
      const resourceVersion = object.metadata.resourceVersion ?? '';
      if (type !== 'BOOKMARK') target.apply(type, object);
      else target.progress(resourceVersion);
      seen(resourceVersion);
    }
  };

  let version: string | undefined;
  while (!signal.aborted) {
    const startedAt = options.clock.now();
    try {
      version ??= await list();
      await watch(version, (resourceVersion) => {
        version = resourceVersion;
        backoff.reset();
      });
      // A server that ends watches at once must not be asked in a tight loop.
      if (options.clock.now() - startedAt < 1000) await sleep(options.clock, backoff.next(), signal);
    } catch (error) {
      if (signal.aborted) return;
      const wait = isExpired(error) && version !== undefined ? 0 : backoff.next();
      // A Status means the server knows us and said no: the version may be the reason. A broken connection resumes.
      if (isStatusError(error)) version = undefined;
      options.log.debug('watch broke', { resource: client.ref.resource, error: String(error), retryMilliseconds: Math.round(wait) });
      if (wait > 0) await sleep(options.clock, wait, signal);
    }
  }
};
