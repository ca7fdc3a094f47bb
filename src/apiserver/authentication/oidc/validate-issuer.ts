import { X509Certificate } from 'node:crypto';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { FieldError } from '../../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, required } from '../../../apimachinery/validation/field-errors.ts';
import type { Issuer } from './configuration.ts';

/** An https address of nothing but a host and a path. */
const urlErrors = (url: string, path: string): FieldError[] => {
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(url)?.[0];
  if (escape !== undefined) return [invalid(path, url, `parse ${goQuote(url)}: invalid URL escape ${goQuote(escape)}`)];
  const errors: FieldError[] = [];
  if (!/^https:/i.test(url)) errors.push(invalid(path, url, 'URL scheme must be https'));
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(url)) errors.push(invalid(path, url, 'URL must not contain a username or password'));
  if (/^[^#]*\?./.test(url)) errors.push(invalid(path, url, 'URL must not contain a query'));
  if (/#./.test(url)) errors.push(invalid(path, url, 'URL must not contain a fragment'));
  return errors;
};

const audienceErrors = ({ audiences = [], audienceMatchPolicy = '' }: Partial<Issuer>, path: string): FieldError[] => {
  if (audiences.length === 0) return [required(`${path}.audiences`, `at least one ${path}.audiences is required`)];
  const errors = audiences.flatMap((audience, index): FieldError[] => {
    const at = `${path}.audiences[${index}]`;
    if (audience === '') return [required(at)];
    return audiences.indexOf(audience) < index ? [duplicate(at, audience)] : [];
  });
  const at = `${path}.audienceMatchPolicy`;
  if (audiences.length > 1 && audienceMatchPolicy !== 'MatchAny')
    errors.push(invalid(at, audienceMatchPolicy, 'audienceMatchPolicy must be MatchAny for multiple audiences'));
  if (audiences.length === 1 && audienceMatchPolicy !== '' && audienceMatchPolicy !== 'MatchAny')
    errors.push(invalid(at, audienceMatchPolicy, 'audienceMatchPolicy must be empty or MatchAny for single audience'));
  return errors;
};

const hasCertificate = (pem: string): boolean =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []).some((each) => {
    try {
      return new X509Certificate(each).subject !== undefined;
    } catch {
      return false;
    }
  });

/** What is wrong with an issuer. `disallowed`: those whose tokens are verified otherwise. */
export const validateIssuer = (issuer: Partial<Issuer>, path: string, disallowed: readonly string[]): FieldError[] => {
  const { url = '', discoveryURL = '', certificateAuthority = '', egressSelectorType = '' } = issuer;
  const errors: FieldError[] = [];
  if (url === '') errors.push(required(`${path}.url`));
  else errors.push(...urlErrors(url, `${path}.url`));
  if (disallowed.includes(url))
    errors.push(invalid(`${path}.url`, url, `URL must not overlap with disallowed issuers: [${disallowed.join(' ')}]`));
  const discovery = `${path}.discoveryURL`;
  if (discoveryURL !== '') {
    if (discoveryURL.replace(/\/$/, '') === url.replace(/\/$/, ''))
      errors.push(invalid(discovery, discoveryURL, 'discoveryURL must be different from URL'));
    errors.push(...urlErrors(discoveryURL, discovery));
  }
  errors.push(...audienceErrors(issuer, path));
  if (certificateAuthority !== '' && !hasCertificate(certificateAuthority))
    errors.push(invalid(`${path}.certificateAuthority`, '<omitted>', 'data does not contain any valid RSA or ECDSA certificates'));
  if (egressSelectorType !== '' && egressSelectorType !== 'controlplane' && egressSelectorType !== 'cluster')
    errors.push(invalid(`${path}.egressSelectorType`, egressSelectorType, 'egress selector must be either controlplane or cluster'));
  return errors;
};
