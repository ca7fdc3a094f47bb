import type { ResponseSink } from '../apiserver/http/exchange.ts';

/** A slow reader is told to drain above this. */
const highWaterBytes = 1024 * 1024;
/** What a value counts for. */
const valueBytes = 1024;

/** A stream's way from its writer to its reader, both in this process. */
export interface StreamQueue<T> {
  readonly sink: ResponseSink;
  items(): AsyncGenerator<T, void, void>;
  end(): void;
  fail(error: Error): void;
}

interface Queue<T> extends Omit<StreamQueue<T>, 'sink'> {
  /** False: too much is unread. */
  push(item: T): boolean;
  readonly rest: Omit<ResponseSink, 'write'>;
}

const createQueue = <T>(sizeOf: (item: T) => number): Queue<T> => {
  let queued: T[] = [];
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

  async function* items(): AsyncGenerator<T, void, void> {
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
    items,
    end,
    fail: (error) => {
      failure = error;
      end();
    },
    push: (item) => {
      if (ended) return false;
      queued.push(item);
      buffered += sizeOf(item);
      notify();
      return buffered < highWaterBytes;
    },
    rest: {
      drained: () => (ended || buffered < highWaterBytes ? Promise.resolve() : new Promise((resolve) => drainers.push(resolve))),
      end,
      get buffered() {
        return buffered;
      },
    },
  };
};

/** A sink whose chunks another part of the process reads. */
export const createChunkQueue = (): StreamQueue<Uint8Array> => {
  const { items, end, fail, push, rest } = createQueue<Uint8Array>((chunk) => chunk.length);
  return { items, end, fail, sink: Object.assign(rest, { write: push }) };
};

/** A sink that passes values, for a response that writes nothing else. */
export const createValueQueue = (): StreamQueue<unknown> => {
  const { items, end, fail, push, rest } = createQueue<unknown>(() => valueBytes);
  return { items, end, fail, sink: Object.assign(rest, { write: () => false, pass: (value: unknown) => void push(value) }) };
};
