import { schemaSource } from '../../../api/definitions.ts';
import type { StatusDetails } from '../../../apimachinery/errors/status-error.ts';
import { type CompiledSchema, compileSchema } from '../../../apimachinery/schema/compile.ts';
import { base64Problem } from '../../../apimachinery/schema/go-types.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { noTypeMeta } from '../../http/type-meta.ts';

export interface WebhookStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

export interface RawResponse {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: WebhookStatus;
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** An AdmissionReview that came back, of the right types. */
export interface AnsweredReview {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: RawResponse | undefined;
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

/** A value of another type than Go's. */
export const unmarshal = (value: unknown, type: string): Error => new Error(`json: cannot unmarshal ${goKind(value)} into Go ${type}`);

let statusSchema: CompiledSchema | undefined;

/** Of the fields that are read. @throws Error, as Go's decoder words it */
const checkTypes = (response: RawResponse): void => {
  const strange = (value: unknown, field: string, type: string): Error =>
    unmarshal(value, `struct field AdmissionResponse.response.${field} of type ${type}`);
  const check = (field: keyof RawResponse, type: 'string' | 'boolean'): void => {
    const value = response[field] ?? undefined;
    if (value !== undefined && typeof value !== type) throw strange(value, field, type === 'boolean' ? 'bool' : type);
  };
  if (typeof response !== 'object' || Array.isArray(response))
    throw unmarshal(response, 'struct field AdmissionReview.response of type v1.AdmissionResponse');
  for (const field of ['uid', 'patch', 'patchType'] as const) check(field, 'string');
  const undecodable = base64Problem(response.patch ?? '');
  if (undecodable !== undefined) throw new Error(undecodable);
  check('allowed', 'boolean');
  const warnings: unknown = response.warnings ?? [];
  if (!Array.isArray(warnings)) throw strange(warnings, 'warnings', '[]string');
  const odd: unknown = warnings.find((text) => typeof text !== 'string');
  if (odd !== undefined) throw strange(odd, 'warnings', 'string');
  const annotations: unknown = response.auditAnnotations ?? {};
  if (typeof annotations !== 'object' || Array.isArray(annotations)) throw strange(annotations, 'auditAnnotations', 'map[string]string');
  const notText: unknown = Object.values(annotations as object).find((text) => typeof text !== 'string');
  if (notText !== undefined) throw strange(notText, 'auditAnnotations', 'string');
  statusSchema ??= compileSchema(schemaSource('io.k8s.apimachinery.pkg.apis.meta.v1.Status'));
  try {
    if (response.status) statusSchema.checkTypes(response.status, { kind: 'Status', version: 'v1' });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(text.slice(text.indexOf(': ') + 2), { cause: error });
  }
};

const reviewVersions = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'];

/** Reads what a webhook answered as a review of the version that it was asked in. @throws Error, worded for the client */
export const decodeReview = (answer: unknown, version: string): AnsweredReview => {
  const value = answer ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error(noTypeMeta(value));
  const { apiVersion = '', kind = '', response } = value as Partial<AnsweredReview>;
  if (apiVersion !== '' && kind !== '') {
    if (kind !== 'AdmissionReview' || !reviewVersions.includes(apiVersion))
      throw new Error(`no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`);
    const [, given = ''] = apiVersion.split('/');
    if (given !== version) throw new Error(`converting (${given}.AdmissionReview) to (${version}.AdmissionReview): unknown conversion`);
  }
  if (response) checkTypes(response);
  return { apiVersion, kind, response };
};
