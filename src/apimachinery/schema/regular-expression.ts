import { RE2JS } from 're2js';
import { translatePlainPattern } from './plain-pattern.ts';

/** A compiled RE2 expression: matching time is linear in the input, whatever the pattern. */
export interface RegularExpression {
  /** Whether the expression matches anywhere in the text. */
  test(text: string): boolean;
  /** The underlying engine, for callers that need the matches themselves. */
  readonly engine: RE2JS;
}

const cache = new Map<string, RegularExpression>();
const cacheLimit = 2_000;
/** Longer texts are left to RE2, whose time is linear. */
const maxPlainLength = 256;

/**
 * Compiles Go's regexp syntax; expressions are cached by their text.
 * @throws {Error} whose message is Go's, such as "error parsing regexp: missing closing ): `(a`".
 */
export const compileRegularExpression = (pattern: string): RegularExpression => {
  const known = cache.get(pattern);
  if (known) return known;
  const compiled = compilePlain(pattern) ?? compileLinear(pattern);
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
};

const compileLinear = (pattern: string): RegularExpression => {
  const engine = RE2JS.compile(pattern);
  return { engine, test: (text) => engine.test(text) };
};

/** JavaScript's own engine for short texts; RE2's is built when it is needed. */
const compilePlain = (pattern: string): RegularExpression | undefined => {
  const plain = translatePlainPattern(pattern);
  if (!plain) return undefined;
  let engine: RE2JS | undefined;
  const linear = (): RE2JS => (engine ??= RE2JS.compile(pattern));
  return {
    get engine() {
      return linear();
    },
    test: (text) => (text.length <= maxPlainLength ? plain.test(text) : linear().test(text)),
  };
};
