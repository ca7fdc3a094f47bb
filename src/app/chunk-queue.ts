import type { ResponseSink } from '../apiserver/http/exchange.ts';

/** A slow reader is told to drain above this. */
const highWaterBytes = 1024 * 1024;

/** A sink whose chunks another part of the process reads. */
export interface ChunkQueue {
  readonly sink: ResponseSink;
  chunks(): AsyncGenerator<Uint8Array, void, void>;
  end(): void;
  fail(error: Error): void;
}

export const createChunkQueue = (): ChunkQueue => {
  let queued: Uint8Array[] = [];
  let buffered = 0;
  let ended = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  let drainers: (() => void)[] = [];

  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (): void => {
    ended = true;
    notify();
    for (const resolve of drainers.splice(0)) resolve();
  };

  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const batch = queued;
      queued = [];
      buffered = 0;
      for (const resolve of drainers.splice(0)) resolve();
      yield* batch;
      if (queued.length > 0) continue;
      if (failure) throw failure;
      if (ended) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  return {
    chunks,
    end,
    fail: (error) => {
      failure = error;
      end();
    },
    sink: {
      write: (chunk) => {
        if (ended) return false;
        queued.push(chunk);
        buffered += chunk.length;
        notify();
        return buffered < highWaterBytes;
      },
      drained: () => (ended || buffered < highWaterBytes ? Promise.resolve() : new Promise((resolve) => drainers.push(resolve))),
      end,
      get buffered() {
        return buffered;
      },
    },
  };
};
