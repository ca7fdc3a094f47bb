import type { Cluster } from './cluster.ts';
import { GrpcError, grpcStatus } from './grpc/grpc-error.ts';
import { encodeRange } from './messages.ts';
import { decodeWatchResponse, encodeWatchCreate } from './watch-messages.ts';

/** Asks etcd for the oldest revision it can still read; 0n when nothing is compacted. `key` should be one that rarely changes. */
export async function probeCompactedRevision(cluster: Cluster, key: Buffer): Promise<bigint> {
  try {
    await cluster.call('KV/Range', encodeRange({ key, revision: 1n }));
    return 0n;
  } catch (error) {
    if (!(error instanceof GrpcError && error.code === grpcStatus.outOfRange)) throw error;
    // Only of a store that nobody has written to is the first revision still to come.
    if (error.details.includes('future')) return 0n;
  }
  // A watch from there is refused with a word about where history begins.
  const { stream } = await cluster.openWatch();
  try {
    stream.write(encodeWatchCreate({ key, startRevision: 1n }));
    for await (const message of stream.messages()) {
      const { canceled, compactRevision } = decodeWatchResponse(message);
      if (canceled) return compactRevision;
    }
    return 0n;
  } finally {
    stream.cancel();
  }
}
