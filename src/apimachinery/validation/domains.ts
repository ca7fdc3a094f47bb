import type { FieldError } from './field-error.ts';
import { invalid, required } from './field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from './names.ts';

/** A domain of two labels or more; a dot at its end is taken. */
export const validateDomainName = (name: string, path: string): FieldError[] => {
  if (name === '') return [required(path)];
  const domain = name.replace(/\.$/, '');
  const messages = isDns1123Subdomain(domain);
  if (messages.length > 0) return [invalid(path, domain, messages.join(','))];
  const labels = domain.split('.');
  if (labels.length < 2) return [invalid(path, domain, 'should be a domain with at least two segments separated by dots')];
  for (const label of labels) {
    const wrong = isDns1123Label(label);
    if (wrong.length > 0) return [invalid(path, label, wrong.join(','))];
  }
  return [];
};

const httpPathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPath = new RegExp(`^${httpPathPattern}$`);

/** A domain and a path (RFC 3986), such as `acme.io/foo`. */
export const validateDomainPath = (value: string, path: string): FieldError[] => {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  const [domain, rest] = slash < 0 ? ['', ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (domain === '' || rest === '') return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [
    ...isDns1123Subdomain(domain).map((message) => invalid(path, domain, message)),
    ...(httpPath.test(rest) ? [] : [invalid(path, rest, `Invalid path (regex used for validation is '${httpPathPattern}')`)]),
  ];
};
