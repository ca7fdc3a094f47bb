import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { parseCertificateRequest } from '../../apimachinery/x509/certificate-request.ts';
import { parseCertificate } from '../../apimachinery/x509/parse-certificate.ts';
import { decodePem } from '../../apimachinery/x509/pem.ts';
import { duplicate, forbiddenField, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain, type NameCheck } from '../../apimachinery/validation/names.ts';
import { each, oneOf } from '../checks.ts';
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

/** What is wrong with the first wrong part of a name, as an error of the whole. */
const partErrors = (whole: string, check: NameCheck, path: string): FieldError[] => {
  for (const part of whole.split('.')) {
    const messages = check(part);
    if (messages.length > 0) return messages.map((message) => invalid(path, whole, `validating label ${goQuote(part)}: ${message}`));
  }
  return [];
};

const maxDomainBytes = 253;
const maxNameBytes = maxDomainBytes + 1 + (253 + 63 + 1);

const signerNameErrors = (name: string): FieldError[] => {
  const path = 'spec.signerName';
  if (!name) return [required(path)];
  if (name === 'kubernetes.io/legacy-unknown') return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
  const [domain = '', rest, ...more] = name.split('/');
  if (rest === undefined || more.length > 0) {
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  }
  return [
    ...(domain.length > maxDomainBytes ? [tooLong(path, maxDomainBytes)] : []),
    ...partErrors(domain, isDns1123Label, path),
    ...(domain.includes('.') ? [] : [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]),
    ...partErrors(rest, isDns1123Subdomain, path),
    ...(name.length > maxNameBytes ? [tooLong(path, maxNameBytes)] : []),
  ];
};

const requestProblem = (base64: string): string | undefined => {
  try {
    parseCertificateRequest(Buffer.from(base64, 'base64').toString());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const onlyTrue = new Set(['Approved', 'Denied', 'Failed']);

const conditionErrors = ({ status }: CertificateSigningRequest): FieldError[] => {
  const seen = new Set<string>();
  const at = 'status.conditions';
  return each(status?.conditions, at, ({ type = '', status: state }, path) => {
    const errors: FieldError[] = type === '' ? [required(`${path}.type`)] : [];
    errors.push(...oneOf(state, onlyTrue.has(type) ? ['True'] : ['False', 'True', 'Unknown'], `${path}.status`));
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (opposite && seen.has(opposite)) errors.push(invalid(at, type, 'Approved and Denied conditions are mutually exclusive'));
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
    return errors;
  });
};

const certificateProblem = (base64: string): string | undefined => {
  const blocks = decodePem(Buffer.from(base64, 'base64').toString());
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  const other = blocks.find(({ label }) => label !== 'CERTIFICATE');
  if (other) return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(other.label)}`;
  try {
    for (const { der } of blocks) parseCertificate(der);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const statusErrors = (request: CertificateSigningRequest): FieldError[] => {
  const { certificate } = request.status ?? {};
  const problem = certificate ? certificateProblem(certificate) : undefined;
  return [...conditionErrors(request), ...(problem === undefined ? [] : [invalid('status.certificate', '<certificate data>', problem)])];
};

export const validateSigningRequest = (request: CertificateSigningRequest): FieldError[] => {
  const { spec } = request;
  const problem = requestProblem(spec.request ?? '');
  const errors = problem === undefined ? [] : [invalid('spec.request', spec.request ?? null, problem)];
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
  return [...errors, ...statusErrors(request)];
};

const conditionsOf = ({ status }: CertificateSigningRequest, type: string): unknown[] =>
  (status?.conditions ?? []).filter((condition) => condition.type === type);

/** What is decided about a request stays decided, and only its approval is the place to decide. */
const decisionErrors = (request: CertificateSigningRequest, old: CertificateSigningRequest, isApproval: boolean): FieldError[] =>
  ['Approved', 'Denied', 'Failed'].flatMap((type) => {
    const [now, before] = [conditionsOf(request, type), conditionsOf(old, type)];
    const refuse = (what: string): FieldError[] => [
      forbiddenField('status.conditions', `updates may not ${what} a condition of type "${type}"`),
    ];
    if (now.length < before.length) return refuse('remove');
    if (isApproval || type === 'Failed') return [];
    if (now.length > before.length) return refuse('add');
    return jsonEqual(now as never, before as never) ? [] : refuse('modify');
  });

const certificateErrors = (request: CertificateSigningRequest, old: CertificateSigningRequest, maySet: boolean): FieldError[] => {
  const [now, before] = [request.status?.certificate ?? '', old.status?.certificate ?? ''];
  const path = 'status.certificate';
  if (now === before) return [];
  if (!maySet) return [forbiddenField(path, 'updates may not set certificate content')];
  return before === '' ? [] : [forbiddenField(path, 'updates may not modify existing certificate content')];
};

const validateChange =
  ({ isApproval, isStatus }: { readonly isApproval: boolean; readonly isStatus: boolean }) =>
  (request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] => [
    ...validateSigningRequest(request),
    ...decisionErrors(request, old, isApproval),
    ...certificateErrors(request, old, isStatus),
  ];

export const validateSigningRequestUpdate = validateChange({ isApproval: false, isStatus: false });
export const validateSigningRequestStatus = validateChange({ isApproval: false, isStatus: true });
export const validateSigningRequestApproval = validateChange({ isApproval: true, isStatus: false });
