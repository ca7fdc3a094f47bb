import type { ServerExtensionFactory } from '../apiserver/extension.ts';
import type { MaintainableStore } from '../storage/contract.ts';
import { streamSnapshot } from '../storage/snapshot/snapshot.ts';

/**
 * GET /snapshot: the whole store at one revision, secrets and keys included. A nonResourceURL like any other: nobody has it but those
 * who may do everything, unless a ClusterRole grants it.
 */
export const snapshotExtension =
  (store: MaintainableStore): ServerExtensionFactory =>
  () => ({
    name: 'snapshot',
    routes: [
      {
        path: '/snapshot',
        handle: ({ request }) => ({
          status: 200,
          headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
          body: async (sink) => {
            for await (const chunk of streamSnapshot(store)) {
              if (request.signal.aborted) return;
              if (!sink.write(chunk)) await sink.drained();
            }
            sink.end();
          },
        }),
      },
    ],
  });
