/** What is kept in memory for readers that are slower than the store, together. */
export interface HeldPages {
  /** Bytes of an object below a prefix, when it was last read. */
  readonly averages: Map<string, number>;
  /** Undefined when there is no room for so many bytes; else what gives the room back. */
  hold(bytes: number): (() => void) | undefined;
}

/** `maxBytes`: of all pages together. */
export const createHeldPages = (maxBytes: number): HeldPages => {
  let held = 0;
  return {
    averages: new Map(),
    hold(bytes) {
      if (held + bytes > maxBytes) return undefined;
      held += bytes;
      return () => void (held -= bytes);
    },
  };
};
