/** Runs work and tells how long it took, what came of it and whether it failed; what is synchronous stays so. */
export const timed = <T>(
  work: () => T | Promise<T>,
  done: (seconds: number, result: T | undefined, failed: boolean) => void,
): T | Promise<T> => {
  const started = performance.now();
  const end = (result: T | undefined, failed: boolean): void => done((performance.now() - started) / 1000, result, failed);
  let outcome: T | Promise<T>;
  try {
    outcome = work();
  } catch (error) {
    end(undefined, true);
    throw error;
  }
  if (!(outcome instanceof Promise)) {
    end(outcome, false);
    return outcome;
  }
  return outcome.then(
    (result) => {
      end(result, false);
      return result;
    },
    (error: unknown) => {
      end(undefined, true);
      throw error;
    },
  );
};
