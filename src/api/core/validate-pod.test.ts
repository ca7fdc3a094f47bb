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

test('a deadline that cannot be is all that an update is told of', () => {
  const errors = validatePodUpdate(pod({ hostname: 'x', activeDeadlineSeconds: 9 }), pod({ activeDeadlineSeconds: 5 }));
  expect(errors).toMatchObject([{ field: 'spec.activeDeadlineSeconds', detail: 'must be less than or equal to previous value' }]);
});

test('a scheduling gate that is new twice is told once', () => {
  const errors = validatePodUpdate(pod({ schedulingGates: [{ name: 'x' }, { name: 'x' }] }), pod());
  expect(errors.map(({ field }) => field).filter((field) => field.endsWith('.name'))).toEqual(['spec.schedulingGates[1].name']);
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
