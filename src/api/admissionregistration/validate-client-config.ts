import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isPortNumber } from '../../apimachinery/validation/values.ts';
import { childPath } from '../checks.ts';
import type { ServiceReference, WebhookClientConfig } from './types.gen.ts';

const form = 'desired format: https://host[/path]';
const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s;

/** Why Go's parser does not take a URL. */
const urlProblem = (url: string): string | undefined => {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(url)) return 'net/url: invalid control character in URL';
  if (url.startsWith(':')) return 'missing protocol scheme';
  if (/^[^/?#]*[^A-Za-z0-9+.\-/?#:][^/?#]*:/.test(url) || /^[^A-Za-z/?#][^/?#]*:/.test(url))
    return 'first path segment in URL cannot contain colon';
  return undefined;
};

const validateUrl = (url: string, path: string): FieldError[] => {
  const problem = urlProblem(url);
  if (problem !== undefined) return [required(path, `url must be a valid URL: parse ${goQuote(url)}: ${problem}; ${form}`)];
  const [, scheme = '', authority = '', query = '', fragment = ''] = parts.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const [user, host] = at < 0 ? [undefined, authority] : [authority.slice(0, at), authority.slice(at + 1)];
  return [
    ...(scheme.toLowerCase() === 'https' ? [] : [invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme; ${form}`)]),
    ...(host === '' ? [invalid(path, '', `host must be specified; ${form}`)] : []),
    ...(user === undefined ? [] : [invalid(path, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(path, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(path, query, 'query parameters are not permitted in the URL')]),
  ];
};

const validateServicePath = (value: string | undefined, path: string): FieldError[] => {
  if (value === undefined || value === '' || value === '/') return [];
  if (value === '//') return [invalid(path, value, 'segment[0] may not be empty')];
  const errors = value.startsWith('/') ? [] : [invalid(path, value, "must start with a '/'")];
  const segments = value.slice(1).replace(/\/$/, '').split('/');
  return [
    ...errors,
    ...segments.flatMap((segment, index) => {
      if (segment === '') return [invalid(path, value, `segment[${index}] may not be empty`)];
      return isDns1123Subdomain(segment).map((message) => invalid(path, value, `segment[${index}]: ${message}`));
    }),
  ];
};

const validateService = ({ name, namespace, port = 443, path: servicePath }: ServiceReference, path: string): FieldError[] => {
  const wrongPort = isPortNumber(port);
  return [
    // The original takes one for the other, so clients are told of the other.
    ...(namespace ? [] : [required(childPath(path, 'name'))]),
    ...(name ? [] : [required(childPath(path, 'namespace'))]),
    ...(wrongPort.length > 0 ? [invalid(childPath(path, 'port'), port, `port is not valid: ${wrongPort.join(', ')}`)] : []),
    ...validateServicePath(servicePath, childPath(path, 'path')),
  ];
};

/** Where a webhook is: by URL or by Service, one of them. */
export const validateClientConfig = ({ url, service }: Partial<WebhookClientConfig>, path: string): FieldError[] => {
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  return url === undefined
    ? validateService(service as ServiceReference, childPath(path, 'service'))
    : validateUrl(url, childPath(path, 'url'));
};
