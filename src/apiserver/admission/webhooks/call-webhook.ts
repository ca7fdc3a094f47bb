import { randomUUID } from 'node:crypto';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import { badRequest, timeout } from '../../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { isQualifiedName } from '../../../apimachinery/validation/names.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { admissionRequest } from '../selection/admission-request.ts';
import { type AdmissionResponse, readResponse } from './admission-response.ts';
import { type AnsweredReview, decodeReview } from './decode-review.ts';
import { cleanPath, postReview, ReviewStatusError, type PostOptions } from './post-review.ts';
import { resolveService } from './resolve-service.ts';
import type { Webhook } from './webhook.ts';

/** The webhook could not be asked; failurePolicy says what that means. */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';
  /** The status of an answer that is none of its own; 503 without one. */
  readonly code: number;

  constructor(message: string, reason: unknown) {
    super(message, { cause: reason });
    this.code = reason instanceof ReviewStatusError ? reason.status : 503;
  }
}

export const callFailure = (message: string): StatusError =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, { details: { causes: [{ message }] } });

/** What is left of the request's time. @throws StatusError Timeout when that is nothing */
export const remainingSeconds = ({ deadline }: Pick<AdmissionAttributes, 'deadline'>): number => {
  const left = deadline === undefined ? Infinity : (deadline - performance.now()) / 1000;
  if (left > 0) return left;
  throw timeout('request did not complete within requested timeout');
};

const targetOf = async (
  api: Pick<InternalApi, 'get' | 'list'>,
  { clientConfig }: Webhook,
  timeoutSeconds: number,
): Promise<PostOptions> => {
  const { url, service, caBundle } = clientConfig;
  const authorities = caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined;
  const withTimeout = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}timeout=${Math.ceil(timeoutSeconds)}s`;
  if (service) {
    const port = service.port ?? 443;
    const serverName = `${service.namespace === '' ? service.name : `${service.name}.${service.namespace}`}.svc`;
    const path = withTimeout(cleanPath(service.path ?? ''));
    const shown = `https://${serverName}:${port}${path}`;
    try {
      const target = await resolveService(api, { namespace: service.namespace, name: service.name, port });
      return { ...target, url: shown, path, serverName, authorities, timeoutSeconds };
    } catch (error) {
      throw new Error(`Post "${shown}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  const parsed = new URL(url ?? '');
  const path = withTimeout(`${cleanPath(parsed.pathname)}${parsed.search}`);
  return {
    url: `${parsed.origin}${path}`,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || 443),
    path,
    serverName: parsed.hostname.replace(/^\[|\]$/g, ''),
    authorities,
    timeoutSeconds,
  };
};

/** Asks one webhook. @throws WebhookCallError when it cannot be asked, StatusError when it is not for dry runs, or there is no time left */
export const callWebhook = async (
  api: Pick<InternalApi, 'get' | 'list'>,
  webhook: Webhook,
  call: { readonly attributes: AdmissionAttributes; readonly as: KindDefinition; readonly mutating: boolean },
): Promise<AdmissionResponse> => {
  const { attributes, as, mutating } = call;
  if (attributes.dryRun && webhook.sideEffects !== 'None' && webhook.sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${goQuote(webhook.name)} does not support dry run`);
  }
  const fail = (reason: unknown, prefix = ''): WebhookCallError => {
    const message = `${prefix}${reason instanceof Error ? reason.message : String(reason)}`;
    return new WebhookCallError(`failed calling webhook ${goQuote(webhook.name)}: ${message}`, reason);
  };
  const version = webhook.admissionReviewVersions.find((candidate) => candidate === 'v1' || candidate === 'v1beta1');
  if (version === undefined) {
    throw fail('could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)');
  }
  const timeoutSeconds = Math.min(webhook.timeoutSeconds, remainingSeconds(attributes));
  const uid = randomUUID();
  const review = { kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request: admissionRequest(attributes, as, uid) };
  let answer: AnsweredReview;
  try {
    answer = decodeReview(await postReview(review, await targetOf(api, webhook, timeoutSeconds)), version);
  } catch (error) {
    throw fail(error, 'failed to call webhook: ');
  }
  let response: AdmissionResponse;
  try {
    response = readResponse(answer, { uid, version, mutating });
  } catch (error) {
    throw fail(error);
  }
  for (const text of response.warnings) attributes.warn(text);
  for (const [name, value] of Object.entries(response.auditAnnotations)) {
    const key = `${webhook.name}/${name}`;
    if (isQualifiedName(key).length === 0) attributes.annotate?.(key, value);
  }
  return response;
};
