/** The messages of a check; empty when the value is fine. */
export type NameCheck = (value: string) => string[];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const underscoreLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const labelKey = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

/** Whether texts are longer than so many bytes altogether. Counted only when they may be: a UTF-16 unit has three bytes at most. */
export const exceedsBytes = (texts: readonly string[], maxBytes: number): boolean => {
  let units = 0;
  for (const text of texts) units += text.length;
  return units * 3 > maxBytes && texts.reduce((bytes, text) => bytes + byteLength(text), 0) > maxBytes;
};

/** Bytes of UTF-8, the unit of every length limit. */
export const byteLength = (value: string): number => {
  let bytes = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xdc00 ? (i++, 4) : 3;
  }
  return bytes;
};

/** `message (e.g. 'a',  or 'b', regex used for validation is 'pattern')`: the odd commas are the original's. */
export const patternMessage = (message: string, pattern: string, examples: readonly string[] = []): string => {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length === 0
    ? `${message} (regex used for validation is '${pattern}')`
    : `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
};

interface PatternCheck {
  readonly pattern: string;
  readonly message: string;
  readonly examples: readonly string[];
  readonly max?: number;
  readonly unit?: 'characters' | 'bytes';
  /** Another pattern that explains a mismatch better. */
  readonly instead?: readonly [RegExp, string];
}

/** A check by regular expression and length, worded as the original words it. */
export const patternCheck = ({ pattern, message, examples, max, unit = 'characters', instead }: PatternCheck): NameCheck => {
  const regex = whole(pattern);
  const mismatch = patternMessage(message, pattern, examples);
  return (value) => {
    const errors: string[] = [];
    if (max !== undefined && value.length > max / 3 && byteLength(value) > max) errors.push(`must be no more than ${max} ${unit}`);
    if (!regex.test(value)) errors.push(instead?.[0].test(value) ? instead[1] : mismatch);
    return errors;
  };
};

export const isDns1123Label = patternCheck({
  pattern: label,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
  max: 63,
  instead: [whole(subdomain), 'must not contain dots'],
});

const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

export const isDns1123Subdomain = patternCheck({ pattern: subdomain, message: subdomainMessage, examples: ['example.com'], max: 253 });

/** The same rule with its limit in bytes: the prefix of a label key, and names that declarative validation checks. */
export const isLongName = patternCheck({
  pattern: subdomain,
  message: subdomainMessage,
  examples: ['example.com'],
  max: 253,
  unit: 'bytes',
});

export const isDns1123SubdomainWithUnderscore = patternCheck({
  pattern: `${underscoreLabel}(\\.${underscoreLabel})*`,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  max: 253,
});

export const isDns1035Label = patternCheck({
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
  max: 63,
});

export const isWildcardDns1123Subdomain = patternCheck({
  pattern: `\\*\\.${subdomain}`,
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
  max: 253,
});

export const isLabelValue = patternCheck({
  pattern: `(${labelKey})?`,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyValue', 'my_value', '12345'],
  max: 63,
  unit: 'bytes',
});

const labelKeyRegex = whole(labelKey);
const labelKeyMessage = patternMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelKey,
  ['MyName', 'my.name', '123-abc'],
);

/** A label key, annotation key or finalizer: `name` or `prefix.example/name`. */
export const isLabelKey: NameCheck = (value) => {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${labelKeyMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const errors: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...isLongName(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (byteLength(name) > 63) errors.push('name part must be no more than 63 bytes');
  if (!labelKeyRegex.test(name)) errors.push(`name part ${labelKeyMessage}`);
  return errors;
};

/** Another name for the same rule. */
export const isQualifiedName: NameCheck = isLabelKey;

/** Names that only have to fit into a URL path segment (RBAC's, for one). */
export const isPathSegmentName: NameCheck = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return isPathSegmentPrefix(value);
};

/** The same for what a name may begin with. */
export const isPathSegmentPrefix: NameCheck = (value) =>
  ['/', '%'].filter((illegal) => value.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);

/** The check for a generateName: a trailing dash, and what it follows, stand for what the random suffix will make valid. */
export const asPrefix =
  (check: NameCheck): NameCheck =>
  (value) =>
    check(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value);
