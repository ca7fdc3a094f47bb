import type { KindDefinition } from '../../api/kind-definition.ts';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isPathSegmentPrefix,
  type NameCheck,
} from '../../apimachinery/validation/names.ts';

/** Kinds whose names are not DNS subdomains, by `GROUP/RESOURCE`. */
const rules: Readonly<Record<string, NameCheck>> = {
  '/namespaces': isDns1123Label,
  '/services': isDns1035Label,
  'certificates.k8s.io/certificatesigningrequests': isPathSegmentName,
  'rbac.authorization.k8s.io/clusterroles': isPathSegmentName,
  'rbac.authorization.k8s.io/clusterrolebindings': isPathSegmentName,
  'rbac.authorization.k8s.io/roles': isPathSegmentName,
  'rbac.authorization.k8s.io/rolebindings': isPathSegmentName,
  'policy/poddisruptionbudgets': isPathSegmentName,
  '/events': isPathSegmentName,
};

/** Kinds whose own rules leave generateName to those that all kinds share, by `GROUP/RESOURCE`. */
const leaveGenerateName = new Set([
  '/replicationcontrollers',
  'certificates.k8s.io/certificatesigningrequests',
  'resource.k8s.io/deviceclasses',
]);
const anything: NameCheck = () => [];

interface Naming {
  readonly nameCheck: NameCheck;
  readonly generateNameCheck?: NameCheck;
}

/** How names of the kind are checked: by its strategy, by the table, else as a DNS subdomain (RFC 1123). */
export const namingOf = ({ group, plural, strategy }: KindDefinition): Naming => {
  const nameCheck = strategy.nameCheck ?? rules[`${group}/${plural}`] ?? isDns1123Subdomain;
  if (leaveGenerateName.has(`${group}/${plural}`)) return { nameCheck, generateNameCheck: anything };
  const generateNameCheck = strategy.generateNameCheck ?? (nameCheck === isPathSegmentName ? isPathSegmentPrefix : undefined);
  return generateNameCheck ? { nameCheck, generateNameCheck } : { nameCheck };
};
