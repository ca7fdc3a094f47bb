/**
 * Runs `count` writes in batches of 1, 2, 4, …; stops after the batch in which one fails, so that a quota or a bad template is not asked
 * a thousand times. Returns how many succeeded and the first error.
 */
export const slowStart = async (
  count: number,
  write: (index: number) => Promise<void>,
): Promise<{ readonly succeeded: number; readonly error?: unknown }> => {
  let succeeded = 0;
  for (let batch = 1, begun = 0; begun < count; batch *= 2) {
    const size = Math.min(batch, count - begun);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, offset) => write(begun + offset)));
    begun += size;
    const failed = results.find((result) => result.status === 'rejected');
    succeeded += results.filter(({ status }) => status === 'fulfilled').length;
    if (failed) return { succeeded, error: failed.reason };
  }
  return { succeeded };
};
