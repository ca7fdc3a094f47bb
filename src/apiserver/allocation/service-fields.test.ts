import { expect, test } from 'vitest';
import { dropTypeDependent, keepAllocated, normalizeAddresses, type ServiceSpec } from './service-fields.ts';

const old: ServiceSpec = {
  type: 'NodePort',
  clusterIP: '10.96.0.5',
  clusterIPs: ['10.96.0.5'],
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
  externalTrafficPolicy: 'Cluster',
  ports: [
    { name: 'http', port: 80, protocol: 'TCP', nodePort: 30_001 },
    { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_002 },
  ],
};

test('an update keeps what it leaves out: addresses, and node ports by the names of their ports', () => {
  const spec: ServiceSpec = { type: 'LoadBalancer', ports: [{ name: 'http', port: 8080 }] };
  keepAllocated(spec, old);
  expect(spec).toMatchObject({
    clusterIP: '10.96.0.5',
    clusterIPs: ['10.96.0.5'],
    ports: [{ name: 'http', port: 8080, nodePort: 30_001 }],
  });
});

test('who turns node ports off may give them back', () => {
  const spec: ServiceSpec = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ name: 'http', port: 80 }] };
  keepAllocated(spec, old);
  expect(spec.ports?.[0]?.nodePort).toBeUndefined();
});

test('a node port that another port took over is not kept twice', () => {
  const spec: ServiceSpec = {
    type: 'NodePort',
    ports: [
      { name: 'http', port: 80 },
      { name: 'new', port: 81, nodePort: 30_001 },
    ],
  };
  keepAllocated(spec, old);
  expect(spec.ports?.[0]?.nodePort).toBeUndefined();
});

test.each<[string, ServiceSpec, ServiceSpec | undefined, readonly string[] | undefined]>([
  ['a new one that says the singular', { clusterIP: '10.96.0.7' }, undefined, ['10.96.0.7']],
  ['one that changes the singular alone', { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.5'] }, old, ['10.96.0.7']],
  ['one that leaves the plural out', { clusterIP: '10.96.0.5' }, old, ['10.96.0.5']],
  ['one that changes both', { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.8'] }, old, ['10.96.0.8']],
])('addresses of %s', (_, spec, before, expected) => {
  normalizeAddresses(spec, before);
  expect(spec.clusterIPs).toEqual(expected);
});

test('a change of type drops what the new one has no use for', () => {
  const spec = structuredClone({ ...old, type: 'ExternalName', externalName: 'a.example' });
  dropTypeDependent(spec, old);
  expect(spec).toEqual({
    type: 'ExternalName',
    externalName: 'a.example',
    ports: [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  });
});

test('node ports go together: one that is new keeps them all, for validation to refuse', () => {
  const spec: ServiceSpec = {
    ...structuredClone(old),
    type: 'ClusterIP',
    ports: [...structuredClone(old.ports ?? []), { port: 90, nodePort: 30_009 }],
  };
  dropTypeDependent(spec, old);
  expect(spec.ports?.map(({ nodePort }) => nodePort)).toEqual([30_001, 30_002, 30_009]);
});
