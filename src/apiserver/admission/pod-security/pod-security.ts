import { forbidden, invalidObject } from '../../../apimachinery/errors/api-errors.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { ObjectMeta, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { EvaluatedRequest, PodSecurityMeasures } from '../../metrics/pod-security-measures.ts';
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

const isFullyPrivileged = ({ enforce, audit, warn }: Policy): boolean =>
  [enforce, audit, warn].every(({ level }) => level === 'privileged');

/** PodSecurity: the Pod Security Standards by namespace label (KEP-2579). */
export const podSecurity = (api: Pick<InternalApi, 'cache' | 'get' | 'list'>, measures?: PodSecurityMeasures): AdmissionPlugin => {
  const namespaces = api.cache(coreResource('namespaces'));
  const policyOf = async (namespace: string, about: EvaluatedRequest): Promise<Policy> => {
    try {
      const found = namespaces.get(namespace) ?? (await api.get(coreResource('namespaces'), namespace));
      const { policy, errors } = readPolicy(found?.metadata.labels);
      if (errors.length > 0) measures?.failed(false, about);
      return policy;
    } catch (error) {
      measures?.failed(true, about);
      throw error;
    }
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

  const evaluate = (
    { warn, annotate, name, object }: AdmissionAttributes,
    policy: Policy,
    { metadata = {}, spec, about }: Template & { about: EvaluatedRequest },
  ): void => {
    if (!spec) return;
    const audited = evaluatePod(policy.audit, metadata, spec);
    if (audited.length > 0) {
      measures?.evaluated('deny', 'audit', policy.audit, about);
      annotate?.(auditViolations, `would violate PodSecurity ${goQuote(formatLevelVersion(policy.audit))}: ${describeViolations(audited)}`);
    }
    if (about.isPod) {
      annotate?.(enforcePolicy, isFullyPrivileged(policy) ? 'privileged:latest' : formatLevelVersion(policy.enforce));
      const found = evaluatePod(policy.enforce, metadata, spec);
      measures?.evaluated(found.length > 0 ? 'deny' : 'allow', 'enforce', policy.enforce, about);
      if (found.length > 0) {
        const reason = `violates PodSecurity ${goQuote(formatLevelVersion(policy.enforce))}: ${describeViolations(found)}`;
        throw forbidden({ group: '', resource: 'pods' }, name || object?.metadata.generateName || '', reason);
      }
    }
    const found = evaluatePod(policy.warn, metadata, spec);
    if (found.length === 0) return;
    measures?.evaluated('deny', 'warn', policy.warn, about);
    warn(`would violate PodSecurity ${goQuote(formatLevelVersion(policy.warn))}: ${describeViolations(found)}`);
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
      const { definition, object, oldObject, operation, subresource } = attributes;
      if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      const key = `${definition.group}/${definition.plural}`;
      if (key === '/namespaces') return checkNamespace(attributes);
      const about = { operation, isPod: key === '/pods', subresource };
      const policy = await policyOf(attributes.namespace, about);
      if (!about.isPod) return evaluate(attributes, policy, { ...templateOf(object, templates[key] ?? []), about });
      const pod = asPod(object);
      if (operation === 'UPDATE' && oldObject && changesNothing(pod.spec, asPod(oldObject).spec)) return;
      evaluate(attributes, policy, { metadata: pod.metadata, spec: pod.spec, about });
    },
  };
};
