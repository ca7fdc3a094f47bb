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

/** How often counted repetitions repeat: all together when they stand side by side, and at most when they stand in each other. */
const repetitionsOf = (pattern: string): { sum: number; product: number } => {
  let [sum, product] = [0, 1];
  for (const [, least = '', most = ''] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    const count = Math.max(Number(least), Number(most));
    sum += count;
    product *= Math.max(count, 1);
  }
  return { sum, product };
};

/** Every repetition is compiled as often as it counts; Go takes some millions of instructions, whose compilation holds up all others. */
const maxRepetitions = 50_000;
/** Go refuses more than a thousand, nested ones multiplied: only its own grammar can tell. */
const maxPlainRepetitions = 1000;

const exceedsCount = (repetition: string): boolean => (repetition.match(/\d+/g) ?? []).some((count) => Number(count) > maxPlainRepetitions);

/** Matching takes as many steps as the text is long, times the size of the expression. A text that takes more than this does not match. */
const maxSteps = 1e8;

const boundedTest = (pattern: string, engine: () => RE2JS): ((text: string) => boolean) => {
  const { sum, product } = repetitionsOf(pattern);
  const size = pattern.length + Math.max(sum, product);
  return (text) => text.length * size <= maxSteps && engine().test(text);
};

const compileLinear = (pattern: string): RegularExpression => {
  const excessive = pattern
    .replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, '')
    .match(/\{(\d+)(?:,(\d*))?\}/g)
    ?.find(exceedsCount);
  if (excessive !== undefined) throw new Error(`error parsing regexp: invalid repeat count: \`${excessive}\``);
  if (repetitionsOf(pattern).sum > maxRepetitions) throw new Error('error parsing regexp: expression too large');
  const engine = RE2JS.compile(pattern);
  return { engine, test: boundedTest(pattern, () => engine) };
};

/** JavaScript's own engine for short texts; RE2's is built when it is needed. */
const compilePlain = (pattern: string): RegularExpression | undefined => {
  const plain = repetitionsOf(pattern).product > maxPlainRepetitions ? undefined : translatePlainPattern(pattern);
  if (!plain) return undefined;
  let engine: RE2JS | undefined;
  const linear = (): RE2JS => (engine ??= RE2JS.compile(pattern));
  return {
    get engine() {
      return linear();
    },
    test: (text) => (text.length <= maxPlainLength ? plain.test(text) : boundedTest(pattern, linear)(text)),
  };
};
