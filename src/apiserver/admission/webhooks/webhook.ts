import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { LabelSelectorSpec } from '../../../apimachinery/selectors/label-selector.ts';
import type { MatchCondition } from '../selection/conditions.ts';
import type { AdmissionRule } from '../selection/rules.ts';

export interface WebhookClientConfig {
  readonly url?: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly path?: string; readonly port?: number };
  /** PEM in base64. Absent: the system's roots. */
  readonly caBundle?: string;
}

/** One webhook of a MutatingWebhookConfiguration or ValidatingWebhookConfiguration, with its defaults. */
export interface Webhook {
  readonly configuration: string;
  readonly name: string;
  readonly clientConfig: WebhookClientConfig;
  readonly rules: readonly AdmissionRule[];
  readonly failurePolicy: string;
  readonly matchPolicy: string;
  readonly namespaceSelector?: LabelSelectorSpec;
  readonly objectSelector?: LabelSelectorSpec;
  readonly sideEffects: string;
  readonly timeoutSeconds: number;
  readonly admissionReviewVersions: readonly string[];
  readonly matchConditions: readonly MatchCondition[];
  readonly reinvocationPolicy: string;
}

/** The webhooks of all configurations, in the order of the configurations' names. */
export const readWebhooks = (configurations: readonly UnstructuredObject[]): Webhook[] =>
  configurations
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((configuration) =>
      ((configuration['webhooks'] as Partial<Webhook>[] | undefined) ?? []).map((webhook) => ({
        rules: [],
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        sideEffects: 'Unknown',
        timeoutSeconds: 10,
        admissionReviewVersions: ['v1'],
        matchConditions: [],
        reinvocationPolicy: 'Never',
        clientConfig: {},
        name: '',
        ...webhook,
        configuration: configuration.metadata.name,
      })),
    );
