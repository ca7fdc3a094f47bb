import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { ipWarnings } from '../../../apimachinery/validation/ip.ts';
import type { Container, Pod, PodSpec, PodTemplateSpec } from '../types.gen.ts';
import { appArmorWarnings } from '../app-armor.ts';
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

/** Annotations that a field has replaced, where it is not there. */
const annotationWarnings = (annotations: Annotations, path: string): string[] =>
  annotations?.[criticalPod] === undefined
    ? []
    : [`${path}.annotations[${criticalPod}]: non-functional in v1.16+; use the "priorityClassName" field instead`];

const podSeccompWarnings = (annotations: Annotations, { securityContext }: PodSpec, path: string): string[] =>
  annotations?.[seccompPod] === undefined || securityContext?.seccompProfile
    ? []
    : [`${path}.annotations[${seccompPod}]: non-functional in v1.27+; use the "seccompProfile" field instead`];

const containerAnnotationWarnings = (
  { name, securityContext }: Container,
  { annotations, spec, path }: { readonly annotations: Annotations; readonly spec: PodSpec; readonly path: string },
): string[] => {
  const warning = (key: string, field: string | undefined, why: string): string[] =>
    annotations?.[key] === undefined || field !== undefined ? [] : [`${path}.annotations[${key}]: ${why}`];
  const appArmor = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  return [
    ...warning(
      seccompContainer + name,
      securityContext?.seccompProfile?.type,
      'non-functional in v1.27+; use the "seccompProfile" field instead',
    ),
    // A pod's become fields, and are told of there.
    ...(path === 'metadata'
      ? []
      : warning(appArmorContainer + name, appArmor?.type, 'deprecated since v1.30; use the "appArmorProfile" field instead')),
  ];
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
  ...annotationWarnings(annotations, paths.metadata),
  ...volumeWarnings(spec.volumes, `${paths.spec}.volumes`),
  ...repeatedAliases(spec, paths.spec),
  ...pullSecretWarnings(spec, paths.spec),
  ...fractionalBytes(spec.overhead, `${paths.spec}.overhead`),
  ...podSeccompWarnings(annotations, spec, paths.metadata),
  ...(['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => [
      ...containerAnnotationWarnings(container, { annotations, spec, path: paths.metadata }),
      ...containerWarnings(container, `${paths.spec}.${list}[${index}]`),
    ]),
  ),
  ...portWarnings(spec, paths.spec),
  ...((spec.terminationGracePeriodSeconds ?? 0) < 0
    ? [`${paths.spec}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
    : []),
  ...addressWarnings(spec, paths.spec),
];

/** Of a new pod: people do not update pods. */
export const podWarnings = (pod: Pod, old: Pod | undefined): readonly string[] => {
  if (old) return [];
  const { metadata, spec } = pod;
  const problems = dnsLabelProblems(metadata.name);
  return [
    ...appArmorWarnings(pod),
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
