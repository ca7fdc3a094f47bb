import { randomUUID } from 'node:crypto';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ConversionSpec } from '../../apimachinery/schema/definition-conversion.ts';
import { cleanPath, postReview } from '../admission/webhooks/post-review.ts';
import type { PostOptions } from '../admission/webhooks/post-review.ts';
import { resolveService } from '../admission/webhooks/resolve-service.ts';
import type { ConversionFailure } from '../metrics/custom-resource-measures.ts';
import type { InternalApi } from '../registry/contract.ts';
import type { ConversionRequest } from './kind-definitions.ts';

const timeoutSeconds = 30;
const knownReviewVersions = ['v1', 'v1beta1'];

type Webhook = NonNullable<ConversionSpec['webhook']>;

interface ConversionResponse {
  readonly uid?: string;
  readonly result?: { readonly status?: string; readonly message?: string };
  readonly convertedObjects?: readonly UnstructuredObject[];
}

/** Where the webhook is now. @throws Error when its service has no address */
const targetOf = async (api: Pick<InternalApi, 'get' | 'list'>, { clientConfig }: Webhook): Promise<PostOptions> => {
  const { url, service, caBundle } = clientConfig ?? {};
  const shared = { authorities: caBundle ? Buffer.from(caBundle, 'base64').toString() : undefined, timeoutSeconds };
  if (service) {
    const { namespace, name, port = 443, path: ownPath = '' } = service;
    const serverName = `${name}.${namespace}.svc`;
    const path = `${cleanPath(ownPath)}?timeout=${timeoutSeconds}s`;
    const shown = `https://${serverName}:${port}${path}`;
    try {
      return { ...shared, ...(await resolveService(api, { namespace, name, port })), url: shown, path, serverName };
    } catch (error) {
      throw new Error(`Post "${shown}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  const parsed = new URL(url ?? '');
  parsed.searchParams.set('timeout', `${timeoutSeconds}s`);
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  return {
    ...shared,
    url: parsed.href,
    host,
    port: Number(parsed.port || 443),
    path: `${cleanPath(parsed.pathname)}${parsed.search}`,
    serverName: host,
  };
};

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const requireTexts = (value: unknown, path: string): void => {
  if (!isMap(value) || Object.values(value as object).some((text) => typeof text !== 'string'))
    throw new Error(`${path}: must be a map of strings`);
};

/** A webhook may change labels and annotations, and nothing else of metadata. */
const restoreMetadata = (converted: UnstructuredObject, original: UnstructuredObject, index: number): UnstructuredObject => {
  const { labels, annotations, ...rest } = converted.metadata ?? {};
  const { labels: _labels, annotations: _annotations, ...before } = original.metadata;
  for (const field of ['name', 'namespace', 'uid'] as const) {
    if (jsonEqual(rest[field], before[field])) continue;
    throw new Error(
      `invalid metadata of object at index ${index}: metadata.${field}: Invalid value: ${JSON.stringify(rest[field] ?? '')}: must be kept`,
    );
  }
  if (labels) requireTexts(labels, `invalid metadata of object at index ${index}: metadata.labels`);
  if (annotations) requireTexts(annotations, `invalid metadata of object at index ${index}: metadata.annotations`);
  const metadata = { ...before, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return { ...converted, metadata: metadata as UnstructuredObject['metadata'] };
};

/** The objects of an answer. @throws Error when it is none */
const readObjects = (review: unknown, uid: string): readonly UnstructuredObject[] => {
  const { response } = (review ?? {}) as { response?: ConversionResponse | null };
  if (!response) throw new Error('invalid response: no response provided');
  if (response.uid !== uid)
    throw new Error(`invalid response: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`);
  const { result, convertedObjects = [] } = response;
  if (result?.status !== 'Success')
    throw new Error(
      result?.message ||
        (result?.status ? `response.result.status was '${result.status}', not 'Success'` : 'response.result.status was empty'),
    );
  if (!Array.isArray(convertedObjects))
    throw new Error(
      'invalid response: json: cannot unmarshal into Go struct field ConversionResponse.response.convertedObjects of type []runtime.RawExtension',
    );
  return convertedObjects;
};

const checkConverted = (
  convertedObjects: readonly UnstructuredObject[],
  { apiVersion, originals }: { readonly apiVersion: string; readonly originals: readonly UnstructuredObject[] },
): readonly UnstructuredObject[] =>
  convertedObjects.map((converted, index) => {
    const original = originals[index]!;
    if (!isMap(converted)) throw new Error(`invalid converted object at index ${index}: it is no object`);
    if (converted.apiVersion !== apiVersion)
      throw new Error(
        `invalid converted object at index ${index}: invalid groupVersion (expected ${apiVersion}, received ${converted.apiVersion ?? ''})`,
      );
    if (converted.kind !== original.kind)
      throw new Error(
        `invalid converted object at index ${index}: invalid kind (expected ${original.kind}, received ${converted.kind ?? ''})`,
      );
    return restoreMetadata(converted, original, index);
  });

/**
 * Converts objects by a definition's webhook (ConversionReview).
 * @throws StatusError of code 500, in kube-apiserver's words and as there without a reason, when it cannot be reached or does not answer as it must
 */
export const convertByWebhook = async (
  api: Pick<InternalApi, 'get' | 'list'>,
  webhook: Webhook,
  { objects, apiVersion, conversion }: ConversionRequest,
): Promise<readonly UnstructuredObject[]> => {
  const from = objects[0];
  if (!from) return [];
  const version = webhook.conversionReviewVersions?.find((candidate) => knownReviewVersions.includes(candidate)) ?? 'v1';
  const uid = randomUUID();
  const review = {
    kind: 'ConversionReview',
    apiVersion: `apiextensions.k8s.io/${version}`,
    request: { uid, desiredAPIVersion: apiVersion, objects },
  };
  const began = performance.now();
  const ended = (failure?: ConversionFailure, error?: unknown): void =>
    conversion?.ended((performance.now() - began) / 1000, failure, error);
  let stage: ConversionFailure = 'conversion_webhook_call_failure';
  try {
    const answer = await postReview(review, await targetOf(api, webhook));
    stage = 'conversion_webhook_malformed_response_failure';
    const answered = readObjects(answer, uid);
    if (answered.length !== objects.length) {
      stage = answered.length === 0 ? 'conversion_webhook_no_objects_returned_failure' : 'conversion_webhook_partial_response_failure';
      throw new Error(`returned ${answered.length} objects, expected ${objects.length}`);
    }
    stage = 'conversion_webhook_invalid_converted_object_failure';
    const converted = checkConverted(answered, { apiVersion, originals: objects });
    ended();
    return converted;
  } catch (error) {
    ended(stage, error);
    const message = error instanceof Error ? error.message : String(error);
    throw new StatusError('', `conversion webhook for ${from.apiVersion}, Kind=${from.kind} failed: ${message}`, { cause: error });
  }
};
