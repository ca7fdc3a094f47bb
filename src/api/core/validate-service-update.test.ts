import { expect, test } from 'vitest';
import type { Service, ServiceSpec } from './types.gen.ts';
import { validateServiceUpdate } from './validate-service-update.ts';

const spec: ServiceSpec = {
  type: 'ClusterIP',
  clusterIP: '10.96.0.5',
  clusterIPs: ['10.96.0.5'],
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
  internalTrafficPolicy: 'Cluster',
  sessionAffinity: 'None',
  ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
};
const dual: ServiceSpec = {
  ...spec,
  clusterIPs: ['10.96.0.5', '2001:db8::5'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'PreferDualStack',
};
const balancer: ServiceSpec = {
  ...spec,
  type: 'LoadBalancer',
  allocateLoadBalancerNodePorts: true,
  externalTrafficPolicy: 'Local',
  healthCheckNodePort: 30_001,
};
const service = (of: ServiceSpec): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: of }) as Service;

test.each<[string, ServiceSpec, ServiceSpec, readonly string[]]>([
  ['the same', spec, spec, []],
  ['the first address', { ...spec, clusterIP: '10.96.0.6', clusterIPs: ['10.96.0.6'] }, spec, ['spec.clusterIPs[0]']],
  [
    'the first family',
    { ...dual, clusterIP: '2001:db8::5', clusterIPs: ['2001:db8::5', '10.96.0.5'], ipFamilies: ['IPv6', 'IPv4'] },
    dual,
    ['spec.clusterIPs[0]', 'spec.clusterIPs[1]', 'spec.ipFamilies[0]', 'spec.ipFamilies[0]'],
  ],
  ['a second address that comes', dual, spec, []],
  ['a second address that goes with the policy', spec, dual, []],
  [
    'a second address that goes without',
    { ...spec, ipFamilyPolicy: 'PreferDualStack' },
    dual,
    ['spec.ipFamilyPolicy', 'spec.ipFamilyPolicy'],
  ],
  ['the health check port', { ...balancer, healthCheckNodePort: 30_002 }, balancer, ['spec.healthCheckNodePort']],
  ['the class of a load balancer', { ...balancer, loadBalancerClass: 'a/b' }, balancer, ['spec.loadBalancerClass']],
])('an update of %s', (_, now, old, fields) => {
  expect(validateServiceUpdate(service(now), service(old)).map(({ field }) => field)).toEqual(fields);
});

test('ranges of a load balancer may be told by an annotation, and are checked there', () => {
  const told = (value: string, of: ServiceSpec): Service => ({
    ...service(of),
    metadata: { name: 's', annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': value } },
  });
  expect(validateServiceUpdate(told('1.2.3.0/24, x', balancer), service(balancer))).toMatchObject([
    { detail: expect.stringContaining('CIDR') },
  ]);
  expect(validateServiceUpdate(told('', spec), service(spec))).toMatchObject([
    { detail: "may only be used when `type` is 'LoadBalancer'" },
  ]);
});
