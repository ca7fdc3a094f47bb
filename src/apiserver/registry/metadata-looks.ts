import type { KindDefinition } from '../../api/kind-definition.ts';

/** A look of a kind's own rules at metadata that is there already: at all of it, or at what may not change. */
export type MetadataLook = 'whole' | 'change';

const change: readonly MetadataLook[] = ['change'];
const none: readonly MetadataLook[] = [];

/** How kinds look again at metadata when an object is updated, in this order, by `GROUP/RESOURCE`; the others look at the change alone. */
const looks: readonly (readonly [looks: readonly MetadataLook[], resources: readonly string[]])[] = [
  [none, ['/events', 'policy/poddisruptionbudgets']],
  [
    ['change', 'whole'],
    [
      '/configmaps',
      '/endpoints',
      '/persistentvolumeclaims',
      '/pods',
      '/secrets',
      '/serviceaccounts',
      'apiregistration.k8s.io/apiservices',
      'apps/controllerrevisions',
      'networking.k8s.io/ingresses',
      'networking.k8s.io/ingressclasses',
      'storage.k8s.io/volumeattributesclasses',
    ],
  ],
  [
    ['whole', 'change'],
    [
      '/namespaces',
      '/nodes',
      'batch/jobs',
      'certificates.k8s.io/certificatesigningrequests',
      'networking.k8s.io/ipaddresses',
      'networking.k8s.io/networkpolicies',
      'node.k8s.io/runtimeclasses',
      'rbac.authorization.k8s.io/clusterrolebindings',
      'rbac.authorization.k8s.io/clusterroles',
      'rbac.authorization.k8s.io/rolebindings',
      'rbac.authorization.k8s.io/roles',
      'resource.k8s.io/deviceclasses',
      'resource.k8s.io/resourceclaims',
      'resource.k8s.io/resourceclaimtemplates',
      'storage.k8s.io/csistoragecapacities',
      'storage.k8s.io/storageclasses',
    ],
  ],
  [
    ['whole'],
    [
      '/limitranges',
      'admissionregistration.k8s.io/mutatingadmissionpolicies',
      'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
      'admissionregistration.k8s.io/mutatingwebhookconfigurations',
      'admissionregistration.k8s.io/validatingadmissionpolicies',
      'admissionregistration.k8s.io/validatingadmissionpolicybindings',
      'admissionregistration.k8s.io/validatingwebhookconfigurations',
      'discovery.k8s.io/endpointslices',
      'flowcontrol.apiserver.k8s.io/flowschemas',
      'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
      'storage.k8s.io/volumeattachments',
    ],
  ],
  [
    ['whole', 'whole'],
    ['/persistentvolumes', 'storage.k8s.io/csinodes'],
  ],
];

const byResource = new Map(looks.flatMap(([order, resources]) => resources.map((resource) => [resource, order] as const)));

/** The same when the status is written, where it is not the change alone. */
const byStatus = new Map<string, readonly MetadataLook[]>([
  ['batch/cronjobs', none],
  ['policy/poddisruptionbudgets', none],
  ['certificates.k8s.io/certificatesigningrequests', ['whole', 'change']],
  ['storage.k8s.io/volumeattachments', ['whole']],
]);

/** What a kind's own rules look at again, after those that all kinds share, when it is updated by this subresource. */
export const looksAtUpdate = ({ custom, group, plural }: KindDefinition, subresource: string): readonly MetadataLook[] => {
  if (custom) return change;
  const resource = `${group}/${plural}`;
  if (subresource === 'status') return byStatus.get(resource) ?? change;
  return (subresource === '' ? byResource.get(resource) : undefined) ?? change;
};

/** False for kinds whose own rules leave the metadata of a new object to those that all kinds share, which come later. */
export const looksAtNewMetadata = ({ group, plural }: KindDefinition): boolean => byResource.get(`${group}/${plural}`) !== none;
