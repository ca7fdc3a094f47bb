import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { cidrWarnings, ipWarnings } from '../../../apimachinery/validation/ip.ts';
import type { Endpoints, Node } from '../types.gen.ts';

/** What is odd about a Node, but taken: texts for the Warning header. */
export const nodeWarnings = ({ spec }: Node): readonly string[] => [
  ...(spec?.configSource ? ['spec.configSource: the feature is removed'] : []),
  ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ...(spec?.podCIDRs ?? []).flatMap((range, index) => cidrWarnings(range, `spec.podCIDRs[${index}]`)),
];

const enforceMountable = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccountWarnings = ({ metadata }: UnstructuredObject): readonly string[] =>
  metadata.annotations?.[enforceMountable] === undefined
    ? []
    : [`metadata.annotations[${enforceMountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`];

export const endpointsWarnings = ({ subsets = [] }: Endpoints): readonly string[] =>
  subsets.flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((field) =>
      (subset[field] ?? []).flatMap(({ ip }, at) => ipWarnings(ip, `subsets[${index}].${field}[${at}].ip`)),
    ),
  );
