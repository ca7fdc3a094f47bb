import { cidrWarnings, ipWarnings } from '../../../apimachinery/validation/ip.ts';
import type { Service } from '../types.gen.ts';

const oldTopology = 'service.kubernetes.io/topology-aware-hints';
const topology = 'service.kubernetes.io/topology-mode';

const ignoredWhenHeadless = ({ spec }: Service): string[] => {
  if (spec?.clusterIP !== 'None') return [];
  const ignored = [
    ...(spec.loadBalancerIP ? ['spec.loadBalancerIP'] : []),
    ...(spec.externalIPs?.length ? ['spec.externalIPs'] : []),
    ...(spec.sessionAffinity && spec.sessionAffinity !== 'None' ? ['spec.SessionAffinity'] : []),
  ];
  return ignored.map((field) => `${field} is ignored for headless services`);
};

/** What is odd about a Service, but taken: texts for the Warning header. */
export const serviceWarnings = (service: Service): readonly string[] => {
  const { metadata, spec } = service;
  return [
    ...(metadata.annotations?.[oldTopology] === undefined
      ? []
      : [`annotation ${oldTopology} is deprecated, please use ${topology} instead`]),
    ...(spec?.clusterIPs ?? []).flatMap((address, index) => (address === 'None' ? [] : ipWarnings(address, `spec.clusterIPs[${index}]`))),
    ...ignoredWhenHeadless(service),
    ...(spec?.externalIPs ?? []).flatMap((address, index) => ipWarnings(address, `spec.externalIPs[${index}]`)),
    ...(spec?.loadBalancerIP ? ipWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP') : []),
    ...(spec?.loadBalancerSourceRanges ?? []).flatMap((range, index) => cidrWarnings(range, `spec.loadBalancerSourceRanges[${index}]`)),
    ...(spec?.type === 'ExternalName' && spec.externalIPs?.length ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(spec?.type !== 'ExternalName' && spec?.externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(spec?.trafficDistribution === 'PreferClose' ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'] : []),
  ];
};
