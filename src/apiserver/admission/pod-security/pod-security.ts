import { forbidden, invalidObject } from '../../../apimachinery/errors/api-errors.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { ObjectMeta, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { asPod, type Container, type PodSpec } from '../pods/pod-types.ts';
import { coreResource } from '../refuse.ts';
import { describeViolations, evaluatePod } from './evaluate.ts';
import { existingPodWarnings } from './existing-pods.ts';
import { formatLevelVersion, isStricter, type Policy, readPolicy, sameLevelVersion } from './policy.ts';

const ignoredSubresources = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

/** Resource → where its pod template is. */
const templates: Readonly<Record<string, readonly string[]>> = {
  'apps/deployments': ['spec', 'template'],
  'apps/replicasets': ['spec', 'template'],
  'apps/daemonsets': ['spec', 'template'],
  'apps/statefulsets': ['spec', 'template'],
  '/replicationcontrollers': ['spec', 'template'],
  '/podtemplates': ['template'],
  'batch/jobs': ['spec', 'template'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template'],
};

interface Template {
  readonly metadata?: Pick<ObjectMeta, 'annotations'>;
  readonly spec?: PodSpec;
}

const templateOf = (object: UnstructuredObject, path: readonly string[]): Template | undefined => {
  let value: unknown = object;
  for (const field of path) value = (value as Record<string, unknown> | undefined)?.[field];
  return value as Template | undefined;
};

const images = (containers: readonly Container[] | undefined): unknown => (containers ?? []).map(({ name, image }) => [name, image]);

/** Of what may change in a pod, only images and new ephemeral containers matter. */
const changesNothing = (spec: PodSpec, old: PodSpec): boolean =>
  (['containers', 'initContainers', 'ephemeralContainers'] as const).every((field) =>
    semanticEqual(images(spec[field]), images(old[field])),
  );

const auditViolations = 'pod-security.kubernetes.io/audit-violations';
const enforcePolicy = 'pod-security.kubernetes.io/enforce-policy';

/** PodSecurity: the Pod Security Standards by namespace label (KEP-2579). */
export const podSecurity = (api: Pick<InternalApi, 'cache' | 'get' | 'list'>): AdmissionPlugin => {
  const namespaces = api.cache(coreResource('namespaces'));
  const policyOf = async (namespace: string): Promise<Policy> => {
    const found = namespaces.get(namespace) ?? (await api.get(coreResource('namespaces'), namespace));
    return readPolicy(found?.metadata.labels).policy;
  };

  const checkNamespace = async ({ object, oldObject, operation, warn }: AdmissionAttributes): Promise<void> => {
    if (!object) return;
    const { policy, errors } = readPolicy(object.metadata.labels);
    const old = operation === 'UPDATE' && oldObject ? readPolicy(oldObject.metadata.labels) : undefined;
    if (errors.length > 0 && !semanticEqual(errors, old?.errors))
      throw invalidObject({ group: '', kind: 'Namespace' }, object.metadata.name, errors);
    if (!old || sameLevelVersion(policy.enforce, old.policy.enforce) || policy.enforce.level === 'privileged') return;
    if (policy.enforce.minor === old.policy.enforce.minor && !isStricter(policy.enforce.level, old.policy.enforce.level)) return;
    const pods = await api.list(coreResource('pods'), object.metadata.name);
    for (const text of existingPodWarnings(object.metadata.name, policy.enforce, pods)) warn(text);
  };

  const evaluate = ({ warn, annotate, name, object }: AdmissionAttributes, policy: Policy, pod: Template & { enforced: boolean }): void => {
    const { metadata = {}, spec } = pod;
    if (!spec) return;
    const audited = evaluatePod(policy.audit, metadata, spec);
    if (audited.length > 0)
      annotate?.(auditViolations, `would violate PodSecurity ${goQuote(formatLevelVersion(policy.audit))}: ${describeViolations(audited)}`);
    if (pod.enforced) {
      annotate?.(enforcePolicy, formatLevelVersion(policy.enforce));
      const found = evaluatePod(policy.enforce, metadata, spec);
      if (found.length > 0) {
        const reason = `violates PodSecurity ${goQuote(formatLevelVersion(policy.enforce))}: ${describeViolations(found)}`;
        throw forbidden({ group: '', resource: 'pods' }, name || object?.metadata.generateName || '', reason);
      }
    }
    const found = evaluatePod(policy.warn, metadata, spec);
    if (found.length > 0) warn(`would violate PodSecurity ${goQuote(formatLevelVersion(policy.warn))}: ${describeViolations(found)}`);
  };

  return {
    name: 'PodSecurity',
    handles({ definition, operation, subresource }) {
      if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
      const key = `${definition.group}/${definition.plural}`;
      if (key === '/pods') return !ignoredSubresources.has(subresource);
      return subresource === '' && (key === '/namespaces' || key in templates);
    },
    async validate(attributes) {
      const { definition, object, oldObject, operation } = attributes;
      if (!object) return;
      const key = `${definition.group}/${definition.plural}`;
      if (key === '/namespaces') return checkNamespace(attributes);
      const policy = await policyOf(attributes.namespace);
      if (key !== '/pods') return evaluate(attributes, policy, { ...templateOf(object, templates[key] ?? []), enforced: false });
      const pod = asPod(object);
      if (operation === 'UPDATE' && oldObject && changesNothing(pod.spec, asPod(oldObject).spec)) return;
      evaluate(attributes, policy, { metadata: pod.metadata, spec: pod.spec, enforced: true });
    },
  };
};
