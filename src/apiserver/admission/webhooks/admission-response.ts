import { schemaSource } from '../../../api/definitions.ts';
import { parseJson } from '../../../apimachinery/json/exact-json.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import { type CompiledSchema, compileSchema } from '../../../apimachinery/schema/compile.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { type StatusDetails, StatusError, type StatusReason, statusCodes } from '../../../apimachinery/errors/status-error.ts';

interface WebhookStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

interface RawResponse {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: WebhookStatus;
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status: WebhookStatus | undefined;
  readonly patch: readonly JsonPatchOperation[];
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** Checks and reads an AdmissionReview that came back. @throws Error, worded for the client */
export const readResponse = (
  review: unknown,
  expected: { readonly uid: string; readonly version: string; readonly mutating: boolean },
): AdmissionResponse => {
  const { response, apiVersion, kind } = (review ?? {}) as { response?: RawResponse; apiVersion?: string; kind?: string };
  const { uid, version, mutating } = expected;
  const invalid = (message: string): Error => new Error(`received invalid webhook response: ${message}`);
  if (!response) throw invalid('webhook response was absent');
  checkTypes(response);
  if (version === 'v1') {
    if (response.uid !== uid) throw invalid(`expected response.uid=${goQuote(uid)}, got ${goQuote(response.uid ?? '')}`);
    if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') {
      const [group = '', got = ''] = (apiVersion ?? '').split('/');
      throw invalid(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${group}/${got}, Kind=${kind ?? ''}`);
    }
    if (!mutating && response.patch) throw invalid('validating webhook may not return response.patch');
    if (!mutating && response.patchType !== undefined) throw invalid('validating webhook may not return response.patchType');
    if (mutating && response.patch && response.patchType === undefined)
      throw invalid('webhook returned response.patch but not response.patchType');
    if (mutating && !response.patch && response.patchType !== undefined)
      throw invalid('webhook returned response.patchType but not response.patch');
  }
  if (response.patchType !== undefined && response.patchType !== 'JSONPatch')
    throw new Error(`unsupported patch type ${goQuote(response.patchType)}`);
  return {
    allowed: response.allowed === true,
    status: response.status,
    patch: mutating && response.patch ? readPatch(response.patch) : [],
    warnings: response.warnings ?? [],
    auditAnnotations: response.auditAnnotations ?? {},
  };
};

const unmarshal = (value: unknown, type: string): Error =>
  new Error(
    `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value} into Go ${type}`,
  );

let statusSchema: CompiledSchema | undefined;

/** Of the fields that are read. @throws Error, as Go's decoder words it */
const checkTypes = (response: RawResponse): void => {
  const check = (field: keyof RawResponse, type: 'string' | 'boolean'): void => {
    const value = response[field] ?? undefined;
    if (value === undefined || typeof value === type) return;
    throw unmarshal(value, `struct field AdmissionReview.response.${field} of type ${type === 'boolean' ? 'bool' : type}`);
  };
  if (typeof response !== 'object' || Array.isArray(response))
    throw unmarshal(response, 'struct field AdmissionReview.response of type v1.AdmissionResponse');
  for (const field of ['uid', 'patch', 'patchType'] as const) check(field, 'string');
  check('allowed', 'boolean');
  const annotations: unknown = response.auditAnnotations ?? {};
  if (typeof annotations !== 'object' || Array.isArray(annotations))
    throw unmarshal(annotations, 'struct field AdmissionReview.response.auditAnnotations of type map[string]string');
  const odd: unknown = Object.values(annotations as object).find((text) => typeof text !== 'string');
  if (odd !== undefined) throw unmarshal(odd, 'struct field AdmissionReview.response.auditAnnotations of type string');
  const warnings: unknown = response.warnings ?? [];
  if (!Array.isArray(warnings)) throw unmarshal(warnings, 'struct field AdmissionReview.response.warnings of type []string');
  const strange: unknown = warnings.find((text) => typeof text !== 'string');
  if (strange !== undefined) throw unmarshal(strange, 'struct field AdmissionReview.response.warnings of type string');
  statusSchema ??= compileSchema(schemaSource('io.k8s.apimachinery.pkg.apis.meta.v1.Status'));
  try {
    if (response.status) statusSchema.checkTypes(response.status, { kind: 'Status', version: 'v1' });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(text.slice(text.indexOf(': ') + 2), { cause: error });
  }
};

const readPatch = (base64: string): readonly JsonPatchOperation[] => {
  try {
    const patch: unknown = parseJson(Buffer.from(base64, 'base64').toString('utf8')) ?? [];
    if (!Array.isArray(patch)) throw unmarshal(patch, 'value of type jsonpatch.Patch');
    const strange: unknown = patch.find((operation) => typeof operation !== 'object' || operation === null || Array.isArray(operation));
    if (strange !== undefined) throw unmarshal(strange, 'value of type jsonpatch.Operation');
    return patch as JsonPatchOperation[];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`received undecodable patch in webhook response: ${message}`, { cause: error });
  }
};

/** No status of HTTP is larger. */
const largestCode = 599;

/** The refusal a client sees: at least a 400, with the webhook's own words. */
export const denial = (webhook: string, status: WebhookStatus | undefined): StatusError => {
  const { message = '', reason = '', code = 0, details } = status ?? {};
  const denied = `admission webhook ${goQuote(webhook)} denied the request`;
  const text = message !== '' ? `${denied}: ${message}` : reason !== '' ? `${denied}: ${reason}` : `${denied} without explanation`;
  const isKnown = Object.hasOwn(statusCodes, reason);
  const known = isKnown ? (reason as StatusReason) : 'BadRequest';
  const error = new StatusError(known, text, { code: code > largestCode ? 500 : Math.max(code, 400), ...(details ? { details } : {}) });
  return isKnown ? error : withoutReason(error, reason);
};

/** A webhook may give any reason, or none: the Status carries exactly what it gave. */
const withoutReason = (error: StatusError, reason: string): StatusError => Object.assign(error, { reason: reason as StatusReason });
