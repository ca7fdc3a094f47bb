/** What is kept in memory for readers that are slower than the store, together. */
export interface HeldPages {
  /** Undefined when there is no room for so many bytes; else what gives the room back. */
  hold(bytes: number): (() => void) | undefined;
}

/** `maxBytes`: of all pages together. */
export const createHeldPages = (maxBytes: number): HeldPages => {
  let held = 0;
  return {
    hold(bytes) {
      if (held + bytes > maxBytes) return undefined;
      held += bytes;
      return () => void (held -= bytes);
    },
  };
};
