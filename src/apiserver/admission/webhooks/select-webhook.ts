import type { KindDefinition } from '../../../api/kind-definition.ts';
import { forbidden } from '../../../apimachinery/errors/api-errors.ts';
import type { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
import type { KindCatalog } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { admissionRequest } from '../selection/admission-request.ts';
import { evaluateConditions } from '../selection/conditions.ts';
import { equivalentsOf } from '../selection/equivalents.ts';
import { type CelVariables, celVariables } from '../selection/programs.ts';
import { matchesRule } from '../selection/rules.ts';
import { matchesNamespace, matchesObject, type NamespaceLookup } from '../selection/selectors.ts';
import type { ConfiguredWebhook } from './configured-webhooks.ts';
import type { Webhook } from './webhook.ts';

/** The version of the kind in which the webhook wants the object, by its rules; undefined when no rule matches. */
export const matchingDefinition = (
  { rules, matchPolicy }: Pick<Webhook, 'rules' | 'matchPolicy'>,
  attributes: AdmissionAttributes,
  catalog: KindCatalog,
): KindDefinition | undefined => {
  if (rules.some((rule) => matchesRule(rule, attributes))) return attributes.definition;
  if (matchPolicy === 'Exact') return undefined;
  const equivalents = equivalentsOf(attributes.definition, attributes.subresource, catalog);
  for (const rule of rules) {
    const equivalent = equivalents.find((other) => matchesRule(rule, attributes, other));
    if (equivalent) return equivalent;
  }
  return undefined;
};

/** Whether the webhook is to be asked, and for which version. @throws StatusError when its conditions fail and it fails closed */
export const selectWebhook = async (
  webhook: ConfiguredWebhook,
  attributes: AdmissionAttributes,
  context: {
    readonly catalog: KindCatalog;
    readonly namespace: NamespaceLookup;
    readonly authorizer: (attributes: AdmissionAttributes) => CelVariables;
  },
): Promise<KindDefinition | undefined> => {
  const as = matchingDefinition(webhook, attributes, context.catalog);
  if (!as || !matchesObject(webhook.objectSelector, attributes)) return undefined;
  if (!(await matchesNamespace(webhook.namespaceSelector, attributes, context.namespace))) return undefined;
  if (webhook.matchConditions.length === 0) return as;
  const { object, oldObject, ...request } = admissionRequest(attributes, as, '') as { object: unknown; oldObject: unknown };
  const variables = { ...celVariables({ object, oldObject, request }), ...context.authorizer(attributes) };
  const { operation } = attributes;
  const outcome = evaluateConditions(webhook.matchConditions, variables, { operation, observe: webhook.measures.conditions });
  if ('matches' in outcome) return outcome.matches ? as : undefined;
  if (webhook.failurePolicy === 'Ignore') return undefined;
  throw conditionFailure(attributes, outcome.errors);
};

const conditionFailure = ({ definition, name }: AdmissionAttributes, errors: readonly string[]): StatusError =>
  forbidden({ group: definition.group, resource: definition.plural }, name, aggregateMessages(errors));
