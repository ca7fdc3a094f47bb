/** One piece of a layout: what text it takes, and the range its number must be in. */
interface Piece {
  readonly layout: string;
  readonly pattern: RegExp;
  readonly range?: { readonly name: string; readonly least: number; readonly most: number };
}

const literal = (layout: string): Piece => ({ layout, pattern: new RegExp(`^${layout}`) });

const pieces: readonly Piece[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  literal('-'),
  { layout: '01', pattern: /^\d\d/, range: { name: 'month', least: 1, most: 12 } },
  literal('-'),
  { layout: '02', pattern: /^\d\d/, range: { name: 'day', least: 1, most: 31 } },
  literal('T'),
  { layout: '15', pattern: /^\d\d?/, range: { name: 'hour', least: 0, most: 23 } },
  literal(':'),
  { layout: '04', pattern: /^\d\d/, range: { name: 'minute', least: 0, most: 59 } },
  literal(':'),
  { layout: '05', pattern: /^\d\d/, range: { name: 'second', least: 0, most: 59 } },
];

const lastPieces = (layout: string): readonly Piece[] => [
  { layout: /\.0+/.exec(layout)?.[0] ?? '', pattern: layout.includes('.0') ? /^[.,]\d{6}/ : /^(?:[.,]\d+)?/ },
  { layout: 'Z07:00', pattern: /^(?:Z|[-+]\d\d:\d\d)/ },
];

/** Why Go's time package does not take a text for one in a layout of RFC 3339, in its words. */
export const timeParseError = (text: string, layout = '2006-01-02T15:04:05Z07:00'): string => {
  const quoted = JSON.stringify(text);
  let rest = text;
  for (const { layout: piece, pattern, range } of [...pieces, ...lastPieces(layout)]) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined)
      return `parsing time ${quoted} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(piece)}`;
    const isOutside = range && (Number(found) < range.least || Number(found) > range.most);
    if (isOutside) return `parsing time ${quoted}: ${range.name} out of range`;
    rest = rest.slice(found.length);
  }
  return rest === '' ? `parsing time ${quoted}: day out of range` : `parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`;
};
