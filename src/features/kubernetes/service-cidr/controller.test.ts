import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IPAddress, ServiceCIDR } from '../../../api/networking/types.gen.ts';
import { ipAddressesRef, serviceCIDRsRef } from '../../../api/refs.gen.ts';
import { startByHand, type ByHand } from '../testing/by-hand.ts';
import { addServiceCidrController } from './controller.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand(addServiceCidrController);
}, 30_000);
afterAll(() => cluster.stop());

const createRange = async (name: string, cidr: string): Promise<ServiceCIDR> => {
  await cluster.create<ServiceCIDR>(serviceCIDRsRef, { metadata: { name }, spec: { cidrs: [cidr] } });
  return untilReady(name, 'True');
};
const untilReady = (name: string, wanted: string): Promise<ServiceCIDR> =>
  cluster.until<ServiceCIDR>(
    serviceCIDRsRef,
    name,
    (range) => range?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === wanted) === true,
  );
/** API servers are given ten seconds to hear of it. */
const untilGone = async (name: string): Promise<void> => {
  await cluster.clock.advance(10_000);
  await cluster.until<ServiceCIDR>(serviceCIDRsRef, name, (found) => !found);
};
const deleteRange = (name: string) => cluster.client.resource(serviceCIDRsRef).delete(name, undefined);
const take = (name: string) =>
  cluster.create<IPAddress>(ipAddressesRef, {
    metadata: { name, labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4' } },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 's' } },
  });

test('a range becomes ready, and stays as long as an address of it is in use', async () => {
  const range = await createRange('more', '192.168.7.0/28');
  expect(range.metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer']);
  await take('192.168.7.9');
  await deleteRange('more');
  const held = await untilReady('more', 'False');
  expect(held.status?.conditions?.[0]).toMatchObject({ reason: 'Terminating' });
  await cluster.client.resource(ipAddressesRef).delete('192.168.7.9', undefined);
  await untilGone('more');
});

test('addresses that another range has as well hold nothing back', async () => {
  await createRange('outer', '10.10.0.0/16');
  await createRange('inner', '10.10.0.32/28');
  await take('10.10.0.40');
  await deleteRange('inner');
  await untilGone('inner');
  await deleteRange('outer');
  await untilReady('outer', 'False');
});
