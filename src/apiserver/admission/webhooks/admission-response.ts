import { parseJson } from '../../../apimachinery/json/exact-json.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
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
}

export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status: WebhookStatus | undefined;
  readonly patch: readonly JsonPatchOperation[];
  readonly warnings: readonly string[];
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
  };
};

const readPatch = (base64: string): readonly JsonPatchOperation[] => {
  try {
    return (parseJson(Buffer.from(base64, 'base64').toString('utf8')) ?? []) as unknown as JsonPatchOperation[];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`received undecodable patch in webhook response: ${message}`, { cause: error });
  }
};

/** The refusal a client sees: at least a 400, with the webhook's own words. */
export const denial = (webhook: string, status: WebhookStatus | undefined): StatusError => {
  const { message = '', reason = '', code = 0, details } = status ?? {};
  const denied = `admission webhook ${goQuote(webhook)} denied the request`;
  const text = message !== '' ? `${denied}: ${message}` : reason !== '' ? `${denied}: ${reason}` : `${denied} without explanation`;
  const known = reason in statusCodes ? (reason as StatusReason) : 'BadRequest';
  const error = new StatusError(known, text, { code: Math.max(code, 400), ...(details ? { details } : {}) });
  return reason in statusCodes ? error : withoutReason(error, reason);
};

/** A webhook may give any reason, or none: the Status carries exactly what it gave. */
const withoutReason = (error: StatusError, reason: string): StatusError => Object.assign(error, { reason: reason as StatusReason });
