/** What watchers leave unread, bounded together: events are shared by all who watch with the same view, and count once. */
export interface UnreadEvents {
  /** Whether a watcher of a view may go on with so many bytes unread; otherwise it is one of those who leave the most. */
  bears(view: string, bytes: number): boolean;
}

/** Less is on its way. */
const countedBytes = 64 * 1024;
/** Nobody says when it was read: counting begins anew. */
const periodMilliseconds = 2000;

/** `maxBytes`: of all views together. `now` is in milliseconds. */
export const createUnreadEvents = (maxBytes: number, now: () => number): UnreadEvents => {
  const views = new Map<string, number>();
  let total = 0;
  let since = now();
  return {
    bears(view, bytes) {
      if (bytes < countedBytes) return true;
      if (now() - since > periodMilliseconds) {
        views.clear();
        total = 0;
        since = now();
      }
      const known = views.get(view) ?? 0;
      if (bytes > known) {
        views.set(view, bytes);
        total += bytes - known;
      }
      return total <= maxBytes || bytes < total / views.size;
    },
  };
};
