import type { IPAddress, ServiceCIDR } from '../../../api/networking/types.gen.ts';
import { ipAddressesRef, serviceCIDRsRef } from '../../../api/refs.gen.ts';
import { containsAddress, parseAddress, parseBlock } from '../../../apimachinery/net/ip-address.ts';
import { formatTime } from '../../../apimachinery/time/timestamp.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { releaseFinalizer } from '../common/release-finalizer.ts';

const finalizer = 'networking.k8s.io/service-cidr-finalizer';
const fieldManager = 'service-cidr-controller';
/** API servers hear of a deletion meanwhile, and give out no more of its addresses. */
const graceSeconds = 10;

type Condition = NonNullable<NonNullable<ServiceCIDR['status']>['conditions']>[number];

const ready: Omit<Condition, 'lastTransitionTime'> = {
  type: 'Ready',
  status: 'True',
  reason: '',
  message: 'Kubernetes Service CIDR is ready',
};
const terminating: typeof ready = {
  type: 'Ready',
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

const holds = ({ spec }: ServiceCIDR, address: string): boolean => {
  const found = parseAddress(address);
  const blocks = (spec.cidrs ?? []).map(parseBlock);
  return found !== undefined && blocks.some((block) => block !== undefined && containsAddress(block, found));
};

/**
 * Makes ServiceCIDRs ready, so that Services get addresses of theirs, and lets deleted ones go when no address in use is in them alone
 * (KEP-1880).
 */
export const addServiceCidrController = (manager: Manager): void => {
  const ranges = manager.informer<ServiceCIDR>(serviceCIDRsRef);
  const addresses = manager.informer<IPAddress>(ipAddressesRef);
  const client = manager.client.resource<ServiceCIDR>(serviceCIDRsRef);

  const setCondition = async (range: ServiceCIDR, condition: typeof ready): Promise<void> => {
    const before = range.status?.conditions?.find(({ type }) => type === condition.type);
    if (before?.status === condition.status) return;
    const lastTransitionTime = formatTime(new Date(manager.clock.now()));
    const { name } = range.metadata;
    const status = { conditions: [{ ...condition, lastTransitionTime }] };
    await client.apply(
      { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name }, status },
      { fieldManager, force: true, subresource: 'status' },
    );
  };

  const isNeeded = (range: ServiceCIDR): boolean => {
    const others = ranges.list().filter(({ metadata }) => metadata.uid !== range.metadata.uid && !metadata.deletionTimestamp);
    return addresses.list().some(({ metadata: { name } }) => holds(range, name) && !others.some((other) => holds(other, name)));
  };

  const letGo = async (range: ServiceCIDR): Promise<ReconcileResult> => {
    const { deletionTimestamp = '', finalizers = [] } = range.metadata;
    if (!finalizers.includes(finalizer)) return undefined;
    if (isNeeded(range)) {
      await setCondition(range, terminating);
      return undefined;
    }
    const left = Date.parse(deletionTimestamp) / 1000 + graceSeconds - manager.clock.now() / 1000;
    if (left > 0) return { requeueAfterSeconds: left };
    await releaseFinalizer(client, range, finalizer);
    return undefined;
  };

  /** What is taken and given back may let any of them go. */
  const leaving = (): readonly string[] => ranges.list().flatMap(({ metadata }) => (metadata.deletionTimestamp ? [metadata.name] : []));

  manager.addController({
    name: 'service-cidrs',
    watches: [watch(ranges, ({ object }) => [object.metadata.name, ...leaving()]), watch(addresses, leaving)],
    reconcile: async (name) => {
      const range = ranges.byKey(name);
      if (!range) return undefined;
      if (range.metadata.deletionTimestamp) return letGo(range);
      const { finalizers = [] } = range.metadata;
      if (!finalizers.includes(finalizer))
        await client.patch(
          name,
          undefined,
          { metadata: { finalizers: [...finalizers, finalizer], resourceVersion: range.metadata.resourceVersion } },
          { type: 'merge' },
        );
      await setCondition(range, ready);
      return undefined;
    },
  });
};
