/** One clause of Accept, or a Content-Type. */
export interface MediaType {
  /** `application/json`, lower case. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const unquote = (value: string): string => (value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);

export const parseMediaType = (text: string): MediaType => {
  const [type = '', ...rest] = text.split(';');
  const parameters: Record<string, string> = {};
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters[part.slice(0, equals).trim().toLowerCase()] = unquote(part.slice(equals + 1).trim());
  }
  return { type: type.trim().toLowerCase(), parameters };
};

/** The clauses of an Accept header, best quality first; equal ones in the order given. */
export const parseAccept = (accept: string): MediaType[] =>
  accept
    .split(',')
    .map(parseMediaType)
    .filter(({ type }) => type !== '')
    .toSorted((a, b) => Number(b.parameters['q'] ?? 1) - Number(a.parameters['q'] ?? 1));
