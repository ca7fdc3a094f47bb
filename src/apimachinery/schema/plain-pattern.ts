/**
 * Translates the RE2 patterns that JavaScript's own engine matches with the same result and without catastrophic backtracking;
 * undefined for all others. Understood are ASCII literals, classes, groups, alternatives, repetition and anchors. A repeated group
 * must begin with a character that nothing else in it can match, so that there is one way to split a text into its repetitions.
 * Matching costs at most (length)^3 steps: callers bound the length.
 */
export const translatePlainPattern = (pattern: string): RegExp | undefined => {
  const reader: Reader = { text: pattern, at: 0 };
  const part = alternatives(reader, 0);
  if (!part || reader.at < pattern.length) return undefined;
  const isAnchored = pattern.startsWith('^') && !part.hasOpenBranch;
  if (part.degree + (isAnchored ? 0 : 1) > maxDegree || part.ways > maxWays) return undefined;
  return new RegExp(part.source, 'u');
};

const maxDegree = 3;
const maxWays = 64;
const maxDepth = 20;

interface Reader {
  readonly text: string;
  at: number;
}

/** A part of a pattern. Sets of characters are bit masks over ASCII; bit 128 stands for everything else. */
interface Part {
  readonly source: string;
  /** Characters it can begin with, and all that it can contain. */
  readonly first: bigint;
  readonly all: bigint;
  readonly nullable: boolean;
  /** Exactly one character. */
  readonly single: boolean;
  /** How many of its parts can match texts of several lengths. */
  readonly variable: number;
  /** The power of the text's length that bounds the backtracking, and a constant factor. */
  readonly degree: number;
  readonly ways: number;
  readonly hasOpenBranch?: boolean;
}

const empty: Part = { source: '', first: 0n, all: 0n, nullable: true, single: false, variable: 0, degree: 0, ways: 1 };
const setOf = (source: string, mask: bigint): Part => ({ ...empty, source, first: mask, all: mask, nullable: false, single: true });

const bit = (code: number): bigint => 1n << BigInt(code);
const between = (low: number, high: number): bigint => (1n << BigInt(high + 1)) - (1n << BigInt(low));
const everything = between(0, 128);
const classes: Readonly<Record<string, readonly [string, bigint]>> = {
  d: ['0-9', between(48, 57)],
  w: ['0-9A-Za-z_', between(48, 57) | between(65, 90) | between(97, 122) | bit(95)],
  s: ['\\t\\n\\f\\r ', bit(9) | bit(10) | bit(12) | bit(13) | bit(32)],
};

const alternatives = (reader: Reader, depth: number): Part | undefined => {
  if (depth > maxDepth) return undefined;
  const branches: Part[] = [];
  let hasOpenBranch = false;
  do {
    if (branches.length > 0) reader.at++;
    hasOpenBranch ||= reader.text[reader.at] !== '^';
    const branch = sequence(reader, depth);
    if (!branch) return undefined;
    branches.push(branch);
  } while (reader.text[reader.at] === '|');
  const [only] = branches;
  if (branches.length === 1 && only) return { ...only, hasOpenBranch };
  const union = (mask: (part: Part) => bigint): bigint => branches.reduce((sum, part) => sum | mask(part), 0n);
  const single = branches.every((part) => part.single);
  return {
    source: branches.map(({ source }) => source).join('|'),
    first: union(({ first }) => first),
    all: union(({ all }) => all),
    nullable: branches.some(({ nullable }) => nullable),
    single,
    variable: single ? 0 : Math.max(...branches.map(({ variable }) => variable)) + 1,
    degree: Math.max(...branches.map(({ degree }) => degree)),
    ways: branches.reduce((sum, { ways }) => sum + ways, 0),
    hasOpenBranch,
  };
};

const sequence = (reader: Reader, depth: number): Part | undefined => {
  let whole = empty;
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    const part = repeated(reader, depth);
    if (!part) return undefined;
    whole = {
      source: whole.source + part.source,
      first: whole.nullable ? whole.first | part.first : whole.first,
      all: whole.all | part.all,
      nullable: whole.nullable && part.nullable,
      single: whole === empty && part.single,
      variable: whole.variable + part.variable,
      degree: whole.degree + part.degree,
      ways: whole.ways * part.ways,
    };
  }
  return whole;
};

const repeated = (reader: Reader, depth: number): Part | undefined => {
  const start = reader.at;
  const part = atom(reader, depth);
  if (!part) return undefined;
  const body = reader.text.slice(start, reader.at);
  const match = /^(?:[*+?]|\{(\d{1,3})(,(\d{0,3}))?\})/.exec(reader.text.slice(reader.at));
  if (!match) return reader.text[reader.at] === '{' ? undefined : part;
  const [operator = '', low, comma, high] = match;
  reader.at += operator.length;
  if (/^[*+?{]/.test(reader.text.slice(reader.at)) || part === empty || body === '^' || body === '$') return undefined;
  const least = low === undefined ? (operator === '+' ? 1 : 0) : Number(low);
  const most = low === undefined ? (operator === '?' ? 1 : Infinity) : comma === undefined ? least : high ? Number(high) : Infinity;
  if (least > most || (most > 1_000 && most !== Infinity)) return undefined;
  const shared = {
    source: part.source + operator,
    nullable: part.nullable || least === 0,
    single: false,
    first: part.first,
    all: part.all,
  };
  if (least === most) return part.variable === 0 ? { ...part, ...shared } : undefined;
  if (most === 1)
    return part.nullable || part.variable > 1 ? undefined : { ...shared, variable: 1, degree: part.degree, ways: part.ways * 2 };
  if (part.single) return { ...shared, variable: 1, degree: 1, ways: 1 };
  const isSplitOneWay = !part.nullable && part.variable <= 1 && leadsAlone(body, depth);
  return isSplitOneWay ? { ...shared, variable: 1, degree: part.degree + 1, ways: part.ways } : undefined;
};

/** Whether a group begins with one character that the rest of it cannot match. */
const leadsAlone = (group: string, depth: number): boolean => {
  const inner = group.replace(/^\((?:\?:)?/, '').slice(0, -1);
  const reader: Reader = { text: inner, at: 0 };
  const lead = atom(reader, depth + 1);
  if (!lead?.single || /^[*+?{]/.test(inner.slice(reader.at))) return false;
  const rest = sequence(reader, depth + 1);
  return rest !== undefined && reader.at === inner.length && (lead.first & rest.all) === 0n;
};

const escaped = (character: string): string => (/[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character);

const atom = (reader: Reader, depth: number): Part | undefined => {
  const character = reader.text[reader.at] ?? '';
  const code = character.charCodeAt(0);
  reader.at++;
  if (character === '(') return group(reader, depth);
  if (character === '[') return characterClass(reader);
  if (character === '.') return setOf('[^\\n]', everything & ~bit(10));
  if (character === '^') return reader.at === 1 || '(|:'.includes(reader.text[reader.at - 2] ?? '') ? { ...empty, source: '^' } : undefined;
  if (character === '$') return '|)'.includes(reader.text[reader.at] ?? ')') ? { ...empty, source: '$' } : undefined;
  if (character === '\\') return escape(reader);
  if ('*+?{})]'.includes(character) || !(code >= 32 && code < 127)) return undefined;
  return setOf(character === '-' || character === '/' ? literalOf(character) : character, bit(code));
};

const literalOf = (character: string): string => (character === '/' ? '\\/' : character);

const escape = (reader: Reader): Part | undefined => {
  const character = reader.text[reader.at++] ?? '';
  const known = classes[character];
  if (known) return setOf(`[${known[0]}]`, known[1]);
  if (!/^[!-/:-@[-`{-~]$/.test(character)) return undefined;
  return setOf(/[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character, bit(character.charCodeAt(0)));
};

const group = (reader: Reader, depth: number): Part | undefined => {
  if (reader.text.startsWith('?:', reader.at)) reader.at += 2;
  else if (reader.text[reader.at] === '?') return undefined;
  const inner = alternatives(reader, depth + 1);
  if (!inner || reader.text[reader.at] !== ')') return undefined;
  reader.at++;
  const { hasOpenBranch: _, ...part } = inner;
  return { ...part, source: `(?:${inner.source})` };
};

const characterClass = (reader: Reader): Part | undefined => {
  const negated = reader.text[reader.at] === '^';
  if (negated) reader.at++;
  let source = '';
  let mask = 0n;
  for (let isFirst = true; reader.text[reader.at] !== ']' || isFirst; isFirst = false) {
    const low = classMember(reader);
    if (!low) return undefined;
    const isRange = reader.text[reader.at] === '-' && reader.text[reader.at + 1] !== ']' && low.code !== undefined;
    if (!isRange) {
      source += low.source;
      mask |= low.mask;
      continue;
    }
    reader.at++;
    const high = classMember(reader);
    if (high?.code === undefined || low.code === undefined || high.code < low.code) return undefined;
    source += `${low.source}-${high.source}`;
    mask |= between(low.code, high.code);
  }
  reader.at++;
  return setOf(`[${negated ? '^' : ''}${source}]`, negated ? everything & ~mask : mask);
};

interface Member {
  readonly source: string;
  readonly mask: bigint;
  readonly code?: number;
}

const classMember = (reader: Reader): Member | undefined => {
  let character = reader.text[reader.at++] ?? '';
  if (character === '[' && reader.text[reader.at] === ':') return undefined;
  if (character === '\\') {
    character = reader.text[reader.at++] ?? '';
    const known = classes[character];
    if (known) return { source: known[0], mask: known[1] };
    if (!/^[!-/:-@[-`{-~]$/.test(character)) return undefined;
  }
  const code = character.charCodeAt(0);
  if (!(code >= 32 && code < 127)) return undefined;
  return { source: escaped(character), mask: bit(code), code };
};
