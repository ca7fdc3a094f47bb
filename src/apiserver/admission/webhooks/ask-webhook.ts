import type { KindDefinition } from '../../../api/kind-definition.ts';
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { WebhookCall } from '../../metrics/webhook-measures.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { type AdmissionResponse, denial } from './admission-response.ts';
import { callFailure, callWebhook, WebhookCallError } from './call-webhook.ts';
import type { ConfiguredWebhook } from './configured-webhooks.ts';

export interface Question<T> {
  readonly attributes: AdmissionAttributes;
  /** The version in which the webhook wants the object. */
  readonly as: KindDefinition;
  readonly mutating: boolean;
  /** Makes use of a consent. @throws when it is of none */
  readonly use: (response: AdmissionResponse) => T;
  /** It could not be asked, and lets requests pass then. */
  readonly onIgnored: (error: unknown) => void;
}

/** Asks a webhook and reports how that ended. Undefined when it is ignored. @throws StatusError when it refuses, or fails closed */
export const askWebhook = async <T>(
  api: Pick<InternalApi, 'get' | 'list'>,
  webhook: ConfiguredWebhook,
  { attributes, as, mutating, use, onIgnored }: Question<T>,
): Promise<T | undefined> => {
  const began = performance.now();
  const report = (outcome: Pick<WebhookCall, 'code' | 'rejected' | 'error' | 'failure'>, isIgnored = false): void =>
    webhook.measures.called({ operation: attributes.operation, seconds: (performance.now() - began) / 1000, ...outcome, isIgnored });
  const failed = (error: unknown): StatusError => {
    report({ code: 0, rejected: true, error: 'apiserver_internal_error' });
    return error instanceof StatusError ? error : callFailure(error instanceof Error ? error.message : String(error));
  };

  let response: AdmissionResponse;
  try {
    response = await callWebhook(api, webhook, { attributes, as, mutating });
  } catch (error) {
    if (!(error instanceof WebhookCallError)) throw failed(error);
    const isIgnored = webhook.failurePolicy === 'Ignore';
    report({ code: error.code, rejected: !isIgnored, error: 'calling_webhook_error', failure: error }, isIgnored);
    if (!isIgnored) throw callFailure(error.message);
    onIgnored(error);
    return undefined;
  }
  if (!response.allowed) {
    const refusal = denial(webhook.name, response.status);
    report({ code: refusal.code, rejected: true, error: 'no_error' });
    throw refusal;
  }
  try {
    const used = use(response);
    report({ code: 200, rejected: false, error: 'no_error' });
    return used;
  } catch (error) {
    throw failed(error);
  }
};
