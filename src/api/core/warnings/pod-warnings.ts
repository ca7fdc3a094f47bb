import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { ipWarnings } from '../../../apimachinery/validation/ip.ts';
import type { Pod, PodSpec, PodTemplateSpec } from '../types.gen.ts';
import { containerWarnings } from './container-warnings.ts';
import { fractionalBytes } from './fractional-bytes.ts';
import { dnsLabelProblems } from './name-warnings.ts';
import { portWarnings } from './port-warnings.ts';
import { schedulingWarnings } from './scheduling-warnings.ts';
import { volumeWarnings } from './volume-warnings.ts';

type Annotations = Readonly<Record<string, string>> | undefined;

const criticalPod = 'scheduler.alpha.kubernetes.io/critical-pod';
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations that a field has replaced. */
const annotationWarnings = (annotations: Annotations, spec: PodSpec, path: string): string[] => {
  const profiled = new Set(
    [...(spec.initContainers ?? []), ...spec.containers]
      .filter(({ securityContext }) => (securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile) !== undefined)
      .map(({ name }) => name),
  );
  return Object.keys(annotations ?? {}).flatMap((name) => {
    const at = `${path}.annotations[${name}]`;
    if (name === criticalPod) return [`${at}: non-functional in v1.16+; use the "priorityClassName" field instead`];
    if (name === seccompPod || name.startsWith(seccompContainer))
      return [`${at}: non-functional in v1.27+; use the "seccompProfile" field instead`];
    if (name.startsWith(appArmorContainer) && !profiled.has(name.slice(appArmorContainer.length)))
      return [`${at}: deprecated since v1.30; use the "appArmorProfile" field instead`];
    return [];
  });
};

const pullSecretWarnings = ({ imagePullSecrets = [] }: PodSpec, path: string): string[] => {
  const repeated = imagePullSecrets.flatMap(({ name = '' }, index) => {
    const at = `${path}.imagePullSecrets[${index}].name`;
    return imagePullSecrets.findIndex((other) => (other.name ?? '') === name) < index ? [`${at}: duplicate name ${goQuote(name)}`] : [];
  });
  const empty = imagePullSecrets.flatMap(({ name }, index) =>
    name ? [] : [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`],
  );
  return [...repeated, ...empty];
};

const repeatedAliases = ({ hostAliases = [] }: PodSpec, path: string): string[] =>
  hostAliases.flatMap(({ ip }, index) =>
    hostAliases.findIndex((other) => other.ip === ip) < index ? [`${path}.hostAliases[${index}].ip: duplicate ip ${goQuote(ip)}`] : [],
  );

const addressWarnings = ({ hostAliases = [], dnsConfig }: PodSpec, path: string): string[] => [
  ...(dnsConfig?.nameservers ?? []).flatMap((address, index) => ipWarnings(address, `${path}.dnsConfig.nameservers[${index}]`)),
  ...hostAliases.flatMap(({ ip }, index) => ipWarnings(ip, `${path}.hostAliases[${index}].ip`)),
];

/** What is odd about a pod's spec and annotations, but taken: texts for the Warning header. */
const specWarnings = (spec: PodSpec, annotations: Annotations, paths: { readonly spec: string; readonly metadata: string }): string[] => [
  ...schedulingWarnings(spec, paths.spec),
  ...annotationWarnings(annotations, spec, paths.metadata),
  ...volumeWarnings(spec.volumes, `${paths.spec}.volumes`),
  ...repeatedAliases(spec, paths.spec),
  ...pullSecretWarnings(spec, paths.spec),
  ...fractionalBytes(spec.overhead, `${paths.spec}.overhead`),
  ...(spec.initContainers ?? []).flatMap((container, index) => containerWarnings(container, `${paths.spec}.initContainers[${index}]`)),
  ...spec.containers.flatMap((container, index) => containerWarnings(container, `${paths.spec}.containers[${index}]`)),
  ...portWarnings(spec, paths.spec),
  ...((spec.terminationGracePeriodSeconds ?? 0) < 0
    ? [`${paths.spec}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
    : []),
  ...addressWarnings(spec, paths.spec),
];

/** Of a new pod: people do not update pods. */
export const podWarnings = ({ metadata, spec }: Pod, old: Pod | undefined): readonly string[] => {
  if (old) return [];
  const problems = dnsLabelProblems(metadata.name);
  return [
    ...(problems === undefined
      ? []
      : [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: ${problems}`,
        ]),
    ...specWarnings(spec, metadata.annotations, { spec: 'spec', metadata: 'metadata' }),
  ];
};

/** Of the pods that an object makes. */
export const podTemplateWarnings = (template: PodTemplateSpec | undefined, path = 'spec.template'): string[] =>
  template?.spec ? specWarnings(template.spec, template.metadata?.annotations, { spec: `${path}.spec`, metadata: `${path}.metadata` }) : [];

interface Generated {
  readonly metadata: { readonly generation?: number };
}

/** Nothing that makes pods was changed, and so nothing is said of it again. */
export const isSameGeneration = ({ metadata }: Generated, old: Generated | undefined): boolean =>
  old !== undefined && metadata.generation === old.metadata.generation;
