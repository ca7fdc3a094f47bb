import type { KindDefinition } from '../../../api/kind-definition.ts';
import { formatGroupResource } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { addQuantities, quantityOf } from '../../../apimachinery/quantity/quantity.ts';
import type { Amounts } from '../limits/resource-lists.ts';
import { asPod } from '../pods/pod-types.ts';
import { podUsage } from './pod-usage.ts';

const counted = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);

const perDeviceClass = '.deviceclass.resource.k8s.io/devices';
const isResourceClaims = ({ group, plural }: Pick<KindDefinition, 'group' | 'plural'>): boolean =>
  group === 'resource.k8s.io' && plural === 'resourceclaims';

const serviceUsage = (service: UnstructuredObject, usage: Amounts): void => {
  const spec = (service['spec'] ?? {}) as { type?: string; ports?: unknown[]; allocateLoadBalancerNodePorts?: boolean };
  const ports = quantityOf(spec.ports?.length ?? 0);
  if (spec.type === 'NodePort') usage.set('services.nodeports', ports);
  if (spec.type !== 'LoadBalancer') return;
  usage.set('services.loadbalancers', quantityOf(1));
  if (spec.allocateLoadBalancerNodePorts !== false) usage.set('services.nodeports', ports);
};

const claimUsage = (claim: UnstructuredObject, usage: Amounts): void => {
  const spec = (claim['spec'] ?? {}) as { storageClassName?: string; resources?: { requests?: { storage?: string } } };
  const storage = spec.resources?.requests?.storage;
  if (storage !== undefined) usage.set('requests.storage', parseQuantity(storage));
  const name = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName;
  if (!name) return;
  const prefix = `${name}.storageclass.storage.k8s.io/`;
  usage.set(`${prefix}persistentvolumeclaims`, quantityOf(1));
  if (storage !== undefined) usage.set(`${prefix}requests.storage`, parseQuantity(storage));
};

interface DeviceRequest {
  readonly deviceClassName?: string;
  readonly allocationMode?: string;
  readonly count?: number;
}

/** The most devices that a claim can be given: what a request for all of them counts as. */
const mostDevices = 32;

/** How many devices of each class a request may take; of several ways to meet it, the most of each class. */
const devicesOf = (ways: readonly DeviceRequest[]): Map<string, number> => {
  const devices = new Map<string, number>();
  for (const { deviceClassName = '', allocationMode, count = 0 } of ways) {
    const wanted = allocationMode === 'All' ? mostDevices : allocationMode === 'ExactCount' ? count : 0;
    devices.set(deviceClassName, Math.max(devices.get(deviceClassName) ?? 0, wanted));
  }
  return devices;
};

const resourceClaimUsage = (claim: UnstructuredObject, usage: Amounts): void => {
  const { devices } = (claim['spec'] ?? {}) as {
    devices?: { requests?: readonly { exactly?: DeviceRequest; firstAvailable?: readonly DeviceRequest[] }[] };
  };
  for (const { exactly, firstAvailable = [] } of devices?.requests ?? [])
    for (const [deviceClass, count] of devicesOf(exactly ? [exactly] : firstAvailable)) {
      const name = `${deviceClass}${perDeviceClass}`;
      usage.set(name, addQuantities(usage.get(name) ?? quantityOf(0), quantityOf(count)));
    }
};

/** What one object counts for in a quota, by resource name. */
export const objectUsage = (definition: Pick<KindDefinition, 'group' | 'plural'>, object: UnstructuredObject, now: number): Amounts => {
  const { group, plural } = definition;
  if (group === '' && plural === 'pods') return podUsage(asPod(object), now);
  const usage: Amounts = new Map([[`count/${formatGroupResource(group, plural)}`, quantityOf(1)]]);
  if (isResourceClaims(definition)) resourceClaimUsage(object, usage);
  if (group !== '') return usage;
  if (counted.has(plural)) usage.set(plural, quantityOf(1));
  if (plural === 'services') serviceUsage(object, usage);
  if (plural === 'persistentvolumeclaims') claimUsage(object, usage);
  return usage;
};

const podResources =
  /^(pods|count\/pods|(requests\.|limits\.)?(cpu|memory|ephemeral-storage)|(requests\.)?hugepages-.*|requests\.[^/]+\/.+)$/;

/** Whether objects of a kind can count for a quota's resource name. */
export const countsFor = ({ group, plural }: Pick<KindDefinition, 'group' | 'plural'>, name: string): boolean => {
  if (name === `count/${formatGroupResource(group, plural)}`) return true;
  if (isResourceClaims({ group, plural })) return name.endsWith(perDeviceClass);
  if (group !== '') return false;
  if (plural === 'pods') return podResources.test(name);
  if (plural === 'services') return name === 'services' || name.startsWith('services.');
  if (plural === 'persistentvolumeclaims') {
    return name === plural || name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/');
  }
  return counted.has(plural) && name === plural;
};
