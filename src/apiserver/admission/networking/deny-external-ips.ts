import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';

const externalIPs = (service: UnstructuredObject | undefined): readonly string[] =>
  (service?.['spec'] as { externalIPs?: readonly string[] } | undefined)?.externalIPs ?? [];

/** DenyServiceExternalIPs (off by default): Services keep the external IPs they have and get no new ones (CVE-2020-8554). */
export const denyServiceExternalIPs: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  handles: (attributes) => (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'services'),
  validate(attributes) {
    const before = externalIPs(attributes.oldObject);
    if (externalIPs(attributes.object).some((ip) => !before.includes(ip)))
      throw refuse(attributes, 'Use of external IPs is denied by admission control');
  },
};
