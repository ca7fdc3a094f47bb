import type { MetricsRegistry } from './contract.ts';

/** How a service account token that was found good was made: `stale` ones should have been renewed; the rest live in Secrets. */
export type TokenUse = 'valid' | 'stale' | 'legacy-auto' | 'legacy-manual';

export interface ServiceAccountMeasures {
  used(use: TokenUse): void;
  /** A token of a Secret that was marked invalid because nobody seemed to use it. */
  usedInvalid(): void;
}

/** serviceaccount_*_tokens_total and serviceaccount_*_token_uses_total. */
export const createServiceAccountMeasures = (registry: MetricsRegistry): ServiceAccountMeasures => {
  const counter = (name: string, help: string) =>
    registry.counter({ name: `serviceaccount_${name}_total`, help: `${help} that were used.`, labels: [] }).with();
  const legacy = counter('legacy_tokens', 'Tokens of Secrets');
  const invalid = counter('invalid_legacy_auto_token_uses', 'Tokens of Secrets that had been marked invalid');
  const counters = {
    valid: counter('valid_tokens', 'Bound tokens'),
    stale: counter('stale_tokens', 'Bound tokens that should have been renewed'),
    'legacy-auto': counter('legacy_auto_token_uses', 'Tokens of Secrets that a service account names'),
    'legacy-manual': counter('legacy_manual_token_uses', 'Tokens of Secrets that no service account names'),
  } as const;
  return {
    used(use) {
      counters[use].inc();
      if (use === 'legacy-auto' || use === 'legacy-manual') legacy.inc();
    },
    usedInvalid: () => invalid.inc(),
  };
};
