import { encodeJson } from '../../../apimachinery/json/exact-json.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import type { AdmissionAttributes } from '../contract.ts';
import type { Webhook } from './webhook.ts';

/** Which of the webhooks it is, and in which pass over the request. */
export interface Turn {
  readonly round: number;
  readonly index: number;
}

const keyOf = (prefix: string, { round, index }: Turn): string => `${prefix}.webhook.admission.k8s.io/round_${round}_index_${index}`;

/** Says in the audit log what a mutating webhook did; the patch that was applied where requests are logged, even one that changed nothing. */
export const auditMutation = (
  { annotate }: AdmissionAttributes,
  { configuration, name: webhook }: Webhook,
  { turn, mutated, patch }: { readonly turn: Turn; readonly mutated: boolean; readonly patch: readonly JsonPatchOperation[] },
): void => {
  if (!annotate) return;
  annotate(keyOf('mutation', turn), encodeJson({ configuration, webhook, mutated }));
  if (patch.length > 0) annotate(keyOf('patch', turn), encodeJson({ configuration, webhook, patch, patchType: 'JSONPatch' }), 'Request');
};

/** Says that a webhook could not be asked, and was ignored. */
export const auditFailedOpen = (
  { annotate }: AdmissionAttributes,
  { name }: Webhook,
  { type, turn }: { readonly type: 'mutation' | 'validating'; readonly turn: Turn },
): void => annotate?.(keyOf(`failed-open.${type}`, turn), name);
