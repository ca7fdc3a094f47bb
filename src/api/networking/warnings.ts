import { cidrWarnings } from '../../apimachinery/validation/ip.ts';
import type { Ingress, NetworkPolicy, NetworkPolicyPeer } from './types.gen.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

/** What is odd about an Ingress, but taken: texts for the Warning header. */
export const ingressWarnings = ({ metadata }: Ingress, old: Ingress | undefined): readonly string[] =>
  old || metadata.annotations?.[classAnnotation] === undefined
    ? []
    : [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];

const peerWarnings = (peers: readonly NetworkPolicyPeer[] | undefined, path: string): string[] =>
  (peers ?? []).flatMap(({ ipBlock }, index) =>
    ipBlock
      ? [
          ...cidrWarnings(ipBlock.cidr, `${path}[${index}].ipBlock.cidr`),
          ...(ipBlock.except ?? []).flatMap((range, at) => cidrWarnings(range, `${path}[${index}].ipBlock.except[${at}]`)),
        ]
      : [],
  );

/** Blocks of a NetworkPolicy that may not say what was meant. */
export const networkPolicyWarnings = ({ spec }: NetworkPolicy): readonly string[] => [
  ...(spec?.ingress ?? []).flatMap(({ from }, index) => peerWarnings(from, `spec.ingress[${index}].from`)),
  ...(spec?.egress ?? []).flatMap(({ to }, index) => peerWarnings(to, `spec.egress[${index}].to`)),
];
