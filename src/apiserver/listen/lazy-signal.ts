/** An abort signal that costs nothing unless somebody asks for it: most requests end before anybody cares whether the client is there. */
export interface LazySignal {
  readonly signal: AbortSignal;
  readonly abort: () => void;
}

/** Shared by all: an AbortController left alone makes an error with a stack trace for every request. */
const clientGone = new Error('the client went away');

export const lazySignal = (): LazySignal => {
  let controller: AbortController | undefined;
  let aborted = false;
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController();
        if (aborted) controller.abort(clientGone);
      }
      return controller.signal;
    },
    abort: () => {
      aborted = true;
      controller?.abort(clientGone);
    },
  };
};
