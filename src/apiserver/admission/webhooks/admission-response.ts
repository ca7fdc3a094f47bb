import { decodeJson } from '../../../apimachinery/json/decode-json.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { StatusError, type StatusReason, statusCodes } from '../../../apimachinery/errors/status-error.ts';
import { type AnsweredReview, unmarshal, type WebhookStatus } from './decode-review.ts';

export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status: WebhookStatus | undefined;
  readonly patch: readonly JsonPatchOperation[];
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** Checks an AdmissionReview that came back. @throws Error, worded for the client */
export const readResponse = (
  { response, apiVersion, kind }: AnsweredReview,
  expected: { readonly uid: string; readonly version: string; readonly mutating: boolean },
): AdmissionResponse => {
  const { uid, version, mutating } = expected;
  const invalid = (message: string): Error => new Error(`received invalid webhook response: ${message}`);
  if (!response) throw invalid('webhook response was absent');
  if (version === 'v1') {
    if (response.uid !== uid) throw invalid(`expected response.uid=${goQuote(uid)}, got ${goQuote(response.uid ?? '')}`);
    if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') {
      const [group = '', got = ''] = apiVersion.split('/');
      throw invalid(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${group}/${got}, Kind=${kind}`);
    }
    if (!mutating && response.patch) throw invalid('validating webhook may not return response.patch');
    if (!mutating && response.patchType !== undefined) throw invalid('validating webhook may not return response.patchType');
    if (mutating && response.patch && response.patchType === undefined)
      throw invalid('webhook returned response.patch but not response.patchType');
    if (mutating && !response.patch && response.patchType !== undefined)
      throw invalid('webhook returned response.patchType but not response.patch');
  }
  const patch = mutating && response.patch ? readPatch(response.patch) : [];
  if (response.patchType !== undefined && response.patchType !== 'JSONPatch')
    throw new Error(`unsupported patch type ${goQuote(response.patchType)}`);
  return {
    allowed: response.allowed === true,
    status: response.status,
    patch,
    // An empty one says nothing.
    warnings: (response.warnings ?? []).filter((text) => text !== ''),
    auditAnnotations: response.auditAnnotations ?? {},
  };
};

const readPatch = (base64: string): readonly JsonPatchOperation[] => {
  try {
    const patch: unknown = decodeJson(Buffer.from(base64, 'base64')).value ?? [];
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
