import type { HealthCheck } from '../extension.ts';

/** What a health endpoint answers, in kube-apiserver's text form. */
export interface HealthReport {
  readonly healthy: boolean;
  readonly text: string;
}

export interface HealthOptions {
  /** `healthz`, `livez` or `readyz`: named in the last line. */
  readonly endpoint: string;
  /** A line for each check also when all is well. */
  readonly verbose: boolean;
  readonly excluded: ReadonlySet<string>;
}

/** Runs the checks side by side. Why one failed is told to `onResult` only: anonymous callers see these answers. */
export const runChecks = async (
  checks: readonly HealthCheck[],
  options: HealthOptions & { readonly onResult: (name: string, error: unknown) => void },
): Promise<HealthReport> => {
  const outcomes = await Promise.all(
    checks.map(async ({ name, check }) => {
      if (options.excluded.has(name)) return { ok: true, line: `[+]${name} excluded: ok\n` };
      try {
        await check();
        options.onResult(name, undefined);
        return { ok: true, line: `[+]${name} ok\n` };
      } catch (error) {
        options.onResult(name, error ?? new Error('failed'));
        return { ok: false, line: `[-]${name} failed: reason withheld\n` };
      }
    }),
  );
  const healthy = outcomes.every(({ ok }) => ok);
  if (healthy && !options.verbose) return { healthy, text: 'ok' };
  const known = new Set(checks.map(({ name }) => name));
  const unmatched = [...options.excluded].filter((name) => !known.has(name)).toSorted();
  const warning =
    unmatched.length > 0
      ? `warn: some health checks cannot be excluded: no matches for ${unmatched.map((name) => JSON.stringify(name)).join(',')}\n`
      : '';
  const lines = outcomes.map(({ line }) => line).join('');
  return { healthy, text: `${lines}${warning}${options.endpoint} check ${healthy ? 'passed' : 'failed'}\n` };
};
