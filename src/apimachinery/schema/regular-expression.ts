import { RE2JS } from 're2js';

/** A compiled RE2 expression: matching time is linear in the input, whatever the pattern. */
export interface RegularExpression {
  /** Whether the expression matches anywhere in the text. */
  test(text: string): boolean;
  /** The underlying engine, for callers that need the matches themselves. */
  readonly engine: RE2JS;
}

const cache = new Map<string, RegularExpression>();
const cacheLimit = 2_000;

/**
 * Compiles Go's regexp syntax; expressions are cached by their text.
 * @throws {Error} whose message is Go's, such as "error parsing regexp: missing closing ): `(a`".
 */
export const compileRegularExpression = (pattern: string): RegularExpression => {
  const known = cache.get(pattern);
  if (known) return known;
  const engine = RE2JS.compile(pattern);
  const compiled = { engine, test: (text: string): boolean => engine.test(text) };
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
};
