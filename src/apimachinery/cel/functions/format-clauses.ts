/** What one clause of a format text prints, by the names of the types. */
export interface FormatClause {
  readonly takes: readonly string[];
  /** Says what it can be used on, before the type that was given. */
  readonly refusal: string;
}

const integers: readonly string[] = ['int', 'uint'];
const octal = { takes: integers, refusal: 'octal clause can only be used on integers' };
const hex = {
  takes: [...integers, 'string', 'bytes'],
  refusal: 'only integers, byte buffers, and strings can be formatted as hex',
};

/** The clauses of `format`, by their letter. */
export const formatClauses: Readonly<Record<string, FormatClause>> = {
  s: {
    takes: [...integers, 'list', 'map', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
    refusal: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
  d: { takes: integers, refusal: 'decimal clause can only be used on integers' },
  // NaN and the infinities may be texts.
  f: { takes: ['double', 'string'], refusal: 'fixed-point clause can only be used on doubles' },
  e: { takes: ['double', 'string'], refusal: 'scientific clause can only be used on doubles' },
  b: { takes: [...integers, 'bool'], refusal: 'only integers and bools can be formatted as binary' },
  o: octal,
  x: hex,
  X: hex,
};

/** `error during formatting: …`, the original's words for an argument of a wrong type. */
export const formatRefusal = (verb: string, typeName: string): string =>
  `error during formatting: ${formatClauses[verb]?.refusal ?? ''}, was given ${typeName}`;

export const unknownClause = (verb: string): string => `could not parse formatting clause: unrecognized formatting clause "${verb}"`;

/** A part of a format text: plain text, or a clause with its precision. */
export type FormatPart = { readonly text: string } | { readonly verb: string | undefined; readonly precision: number | undefined };

/** A format text in its parts; `%%` is text, a clause without a letter is the text's end. */
export const formatParts = (template: string): FormatPart[] => {
  const parts: FormatPart[] = [];
  let last = 0;
  for (const match of template.matchAll(/%(?:\.(\d+))?(.)?/gsu)) {
    parts.push({ text: template.slice(last, match.index) });
    last = match.index + match[0].length;
    const [, precision, verb] = match;
    parts.push(verb === '%' ? { text: '%' } : { verb, precision: precision === undefined ? undefined : Number(precision) });
  }
  return [...parts, { text: template.slice(last) }];
};
