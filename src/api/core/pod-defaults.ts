import { defaultContainer } from './container-defaults.ts';
import { defaultPodResources } from './pod-level-resources.ts';
import type { Container, Pod, PodSpec, PodTemplateSpec } from './types.gen.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Defaults of a pod's spec, also within every pod template. */
export const defaultPodSpec = (spec: PodSpec): void => {
  // Null when absent, as it must not be; refused later, but code in between may count on a list.
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  for (const container of [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]) {
    defaultContainer(container);
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  // Two names for one field; the deprecated one follows.
  if (spec.serviceAccount && !spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
};

export const defaultPodTemplate = (template: PodTemplateSpec | undefined): void => {
  if (template?.spec) defaultPodSpec(template.spec);
};

/** Beyond the spec's: what only materializes in pods, never in templates. */
export const defaultPod = (pod: Pod): void => {
  defaultPodSpec(pod.spec);
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  for (const container of containers) requestLimits(container);
  defaultPodResources(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  // Old pods may have been written with a negative period; at once is what it meant.
  if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1;
  if (pod.spec.hostNetwork) for (const { ports } of containers) for (const port of ports ?? []) port.hostPort ||= port.containerPort;
};

/** A limit without a request is the request too. */
const requestLimits = ({ resources }: Container): void => {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
};
