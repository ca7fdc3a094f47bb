import type { MetricsRegistry } from './contract.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Hears how tokens were found good. */
export interface TokenCacheMeasures {
  /** It was verified before. */
  hit(): void;
  /** It had to be verified, which took so long. */
  missed(seconds: number, isGood: boolean): void;
}

/** authentication_token_cache_*. */
export const createTokenCacheMeasures = (registry: MetricsRegistry): TokenCacheMeasures => {
  const labels = ['status'] as const;
  const named = (name: string, help: string) => ({ name: `authentication_token_cache_${name}`, help, labels });
  const requests = registry.counter(named('request_total', 'Tokens that were looked up, by what came of it: hit or miss.'));
  const fetches = registry.counter(named('fetch_total', 'Tokens that were verified, by what came of it: ok or error.'));
  const durations = registry.histogram({
    ...named('request_duration_seconds', 'How long looking up a token took in seconds, by what came of it: hit or miss.'),
    buckets,
  });
  const active = registry.gauge(named('active_fetch_count', 'Verifications under way; they never wait for each other.'));
  for (const status of ['blocked', 'in_flight']) active.with(status).set(0);
  return {
    hit() {
      requests.with('hit').inc();
      durations.with('hit').observe(0);
    },
    missed(seconds, isGood) {
      requests.with('miss').inc();
      durations.with('miss').observe(seconds);
      fetches.with(isGood ? 'ok' : 'error').inc();
    },
  };
};
