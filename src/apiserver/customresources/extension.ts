import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { ruleChecker } from '../../apimachinery/cel/check-definition.ts';
import { hasRules } from '../../apimachinery/cel/validations.ts';
import type { RuleChecker } from '../../apimachinery/schema/custom-resource-definition.ts';
import type { AdmissionPlugin } from '../admission/contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { OnCallFailure } from '../metrics/certificate-measures.ts';
import type { CelMeasures } from '../metrics/cel-measures.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createCustomResourceMeasures } from '../metrics/custom-resource-measures.ts';
import { isConditionTrue } from './conditions.ts';
import { convertByWebhook } from './conversion-webhook.ts';
import { createDefinitionController } from './controller.ts';
import { asDefinition, definitionsResource } from './definition-object.ts';
import { definitionSchema } from './definition-schema.ts';
import { definitionStrategy } from './definition-strategy.ts';
import { createServedDefinitions } from './served-definitions.ts';

const timedChecker = ({ compiling }: CelMeasures): RuleChecker => ({
  ...ruleChecker,
  checkSchema: (root, ...more) =>
    hasRules(root) ? compiling(() => ruleChecker.checkSchema(root, ...more)) : ruleChecker.checkSchema(root, ...more),
});

/** CustomResourceDefinitions: how they are written, and the kinds that come and go with them. */
export const customResourcesExtension =
  (metrics: MetricsRegistry, cel: CelMeasures, onCallFailure?: OnCallFailure): ServerExtensionFactory =>
  ({ api, catalog, options }) => {
    const kind = catalog.find(definitionsResource);
    if (!kind) return { name: 'customresources' };
    catalog.put({
      ...kind,
      schema: () => definitionSchema(kind.schema()),
      strategy: { ...kind.strategy, ...definitionStrategy(timedChecker(cel)) },
    });
    const cache = api.cache(definitionsResource);
    const measures = createCustomResourceMeasures(metrics, catalog, { cel, onCallFailure });
    cache.onChange(() => measures.keep(new Map(cache.list().map(({ metadata: { name, uid } }) => [name, uid ?? '']))));
    const served = createServedDefinitions(catalog, { convert: (webhook, request) => convertByWebhook(api, webhook, request), measures });
    const controller = createDefinitionController({ api, cache, served, log: options.log, now: options.now });

    /** Nothing new while the old objects go: a create that came late would never be cleaned up. */
    const termination: AdmissionPlugin = {
      name: 'CustomResourceTermination',
      handles: ({ operation, definition, subresource }) => operation === 'CREATE' && subresource === '' && definition.custom !== undefined,
      validate: ({ definition }) => {
        const found = cache.get(definition.custom?.definitionName ?? '');
        if (!found || !isConditionTrue(asDefinition(found).status, 'Terminating')) return;
        throw new StatusError('MethodNotAllowed', 'create not allowed while custom resource definition is terminating', {
          details: { group: definition.group, kind: definition.plural },
        });
      },
    };
    return { name: 'customresources', admission: [termination], start: () => controller.start(), stop: () => controller.stop() };
  };
