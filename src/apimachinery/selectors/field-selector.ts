import { badRequest } from '../errors/api-errors.ts';

export interface FieldRequirement {
  /** A field path such as `metadata.name`. */
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** A parsed field selector: all requirements hold; none selects everything. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
}

const splitTerms = (text: string): string[] => {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...terms, text.slice(start)];
};

const unescape = (value: string): string => {
  let plain = '';
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? '';
    if (char === '\\') {
      const escaped = value[++i] ?? '';
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=')
        throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
      plain += escaped;
    } else if (char === ',' || char === '=') {
      throw badRequest(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    } else plain += char;
  }
  return plain;
};

/** Escapes what has a meaning in a field selector: backslash, comma and equals sign. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, (char) => `\\${char}`);

/**
 * Parses `a=b,c==d,e!=f` with backslash escapes in the values. Which fields a kind supports is the caller's business.
 * @throws {StatusError} BadRequest in the original's words
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).toSorted()) {
    if (term === '') continue;
    const match = /!=|==|=/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const operator = match[0] === '!=' ? '!=' : '=';
    requirements.push({ field: term.slice(0, match.index), operator, value: unescape(term.slice(match.index + match[0].length)) });
  }
  return { requirements };
}

/** @param valueOf the object's value of a field, '' when it has none */
export const matchesFields = (selector: FieldSelector, valueOf: (field: string) => string): boolean =>
  selector.requirements.every(({ field, operator, value }) => (valueOf(field) === value) === (operator === '='));

export const formatFieldSelector = (selector: FieldSelector): string =>
  selector.requirements.map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`).join(',');

/** The value that a field must have for anything to match, for lookups by name; undefined when the selector does not fix it. */
export const requiredFieldValue = (selector: FieldSelector, field: string): string | undefined =>
  selector.requirements.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
