import { expect, test } from 'vitest';
import type { Pod, PodSpec } from './types.gen.ts';
import { defaultPod } from './pod-defaults.ts';
import { validatePod, validatePodUpdate } from './validate-pod.ts';

const pod = (spec: Partial<PodSpec> = {}): Pod => {
  const object: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', image: 'b' }], ...spec },
  };
  defaultPod(object);
  return object;
};

test('a plain pod is valid, and so is its update with another image', () => {
  expect(validatePod(pod())).toEqual([]);
  expect(validatePodUpdate(pod({ containers: [{ name: 'a', image: 'c', imagePullPolicy: 'Always' }] }), pod())).toEqual([]);
});

test.each<[string, Partial<PodSpec>, string, string]>([
  ['another field', { hostname: 'x' }, 'spec', 'pod updates may not change fields other than'],
  [
    'another container',
    {
      containers: [
        { name: 'a', image: 'b' },
        { name: 'c', image: 'd' },
      ],
    },
    'spec.containers',
    'pod updates may not add or remove containers',
  ],
  [
    'a new scheduling gate',
    { schedulingGates: [{ name: 'x' }] },
    'spec.schedulingGates[0].name',
    "only deletion is allowed, but found new scheduling gate 'x'",
  ],
])('an update with %s is refused', (_title, change, field, detail) => {
  const [error] = validatePodUpdate(pod(change), pod());
  expect(error?.field).toBe(field);
  expect(error?.detail).toContain(detail);
});

test('tolerations may be added, not taken away', () => {
  const tolerant = pod({ tolerations: [{ key: 'a', operator: 'Exists' }] });
  expect(validatePodUpdate(tolerant, pod())).toEqual([]);
  expect(validatePodUpdate(pod(), tolerant)[0]?.field).toBe('spec.tolerations');
});
