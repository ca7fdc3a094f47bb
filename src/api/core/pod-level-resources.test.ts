import { expect, test } from 'vitest';
import { defaultPodResources, validatePodResourceSums } from './pod-level-resources.ts';
import type { PodSpec } from './types.gen.ts';

const container = (name: string, resources: object, more: object = {}) => ({ name, image: 'i', resources, ...more });
const spec = (fields: object): PodSpec => fields as PodSpec;

test.each([
  ['the limits, where containers ask for nothing', { containers: [container('c', {})], resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } }, { cpu: '1', 'hugepages-2Mi': '4Mi' }],
  ['what containers and sidecars ask for, or the most that starting takes', { containers: [container('c', { requests: { memory: '3Gi' } })], initContainers: [container('s', { requests: { cpu: '1', memory: '1Gi' } }, { restartPolicy: 'Always' }), container('i', { requests: { cpu: '4' } })], resources: { limits: { cpu: '10', memory: '10Gi' } } }, { cpu: '5', memory: '4Gi' }],
  ['only what it says without limits', { containers: [container('c', { requests: { memory: '3Gi' } })], resources: { requests: { cpu: '1' } } }, { cpu: '1' }],
])('a pod requests %s', (_, fields, requests) => {
  const pod = spec(structuredClone(fields));
  defaultPodResources(pod);
  expect(pod.resources?.requests).toEqual(requests);
}); // prettier-ignore

test('its own requests are enough, and no container has more than the pod', () => {
  const pod = spec({
    containers: [container('c', { limits: { memory: '3Gi' }, requests: { cpu: '2', memory: '3Gi' } })],
    resources: { limits: { memory: '1Gi' }, requests: { cpu: '500m' } },
  });
  expect(validatePodResourceSums(pod, 'spec.resources')).toMatchObject([
    { field: 'spec.resources.requests[cpu]', detail: 'must be greater than or equal to aggregate container requests of 2' },
    { field: 'spec.resources.containers[0][memory].limits', detail: 'must be less than or equal to pod limits of 1Gi' },
  ]);
});
