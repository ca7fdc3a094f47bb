import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { each, unchanged } from '../checks.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const signerNameErrors = (name: string): FieldError[] => {
  const path = 'spec.signerName';
  if (!name) return [required(path)];
  if (name === 'kubernetes.io/legacy-unknown') return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
  const [domain = '', ...rest] = name.split('/');
  const errors =
    rest.length === 1 ? [] : [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  if (errors.length > 0) return errors;
  if (domain.split('.').length < 2) return [invalid(path, domain, 'should be a domain with at least two segments separated by dots')];
  const messages = [domain, ...(rest[0] ?? '').split('.')].flatMap((part) =>
    isDns1123Subdomain(part).map((message) => invalid(path, part, message)),
  );
  return messages;
};

const isRequestPem = (base64: string): boolean =>
  /^\s*-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----/.test(Buffer.from(base64, 'base64').toString());

export const validateSigningRequest = ({ spec }: CertificateSigningRequest): FieldError[] => {
  const errors: FieldError[] = [];
  if (!isRequestPem(spec.request ?? ''))
    errors.push(invalid('spec.request', spec.request ?? '', 'PEM block type must be CERTIFICATE REQUEST'));
  if (!spec.usages?.length) errors.push(required('spec.usages'));
  errors.push(...each(spec.usages, 'spec.usages', (usage, path) => (usages.includes(usage) ? [] : [notSupported(path, usage, usages)])));
  const seen = new Set<string>();
  errors.push(
    ...each(spec.usages, 'spec.usages', (usage, path) => {
      const repeated = seen.has(usage);
      seen.add(usage);
      return repeated ? [duplicate(path, usage)] : [];
    }),
  );
  errors.push(...signerNameErrors(spec.signerName));
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600) {
    const message = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', spec.expirationSeconds, message));
  }
  return errors;
};

/** What is asked for, and by whom, is fixed when the request is made. */
export const validateSigningRequestUpdate = (request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] =>
  unchanged(request.spec, old.spec, 'spec');
