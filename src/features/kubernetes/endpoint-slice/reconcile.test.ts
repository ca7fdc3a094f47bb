import { expect, test } from 'vitest';
import type { EndpointSlice } from '../../../api/discovery/types.gen.ts';
import { planSlices } from './reconcile.ts';

const endpoint = (address: string) => ({ addresses: [address], conditions: { ready: true } });

const slice = (name: string, ports: EndpointSlice['ports'], addresses: readonly string[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name },
  addressType: 'IPv4',
  endpoints: addresses.map(endpoint),
  ...(ports ? { ports } : {}),
});

const group = {
  addressType: 'IPv4',
  ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
  endpoints: [endpoint('10.0.0.1'), endpoint('10.0.0.2')],
} as const;

test('a slice that holds the endpoints already is left alone, in whatever order the server keeps the fields of a port', () => {
  const existing = slice('a', [{ port: 80, name: 'http', protocol: 'TCP' }], ['10.0.0.1', '10.0.0.2']);
  expect(planSlices([group], [existing])).toEqual({ create: [], update: [], remove: [] });
});

test('a new endpoint goes into the slice that has room', () => {
  const existing = slice('a', [{ name: 'http', protocol: 'TCP', port: 80 }], ['10.0.0.1']);
  const plan = planSlices([group], [existing]);
  expect(plan.update.map(({ endpoints }) => endpoints?.map(({ addresses }) => addresses[0]))).toEqual([['10.0.0.1', '10.0.0.2']]);
  expect([plan.create, plan.remove]).toEqual([[], []]);
});

test('slices of ports that are gone are removed', () => {
  const plan = planSlices([group], [slice('old', [{ name: 'old', protocol: 'TCP', port: 81 }], ['10.0.0.1'])]);
  expect(plan.remove.map(({ metadata }) => metadata.name)).toEqual(['old']);
  expect(plan.create).toHaveLength(1);
});
