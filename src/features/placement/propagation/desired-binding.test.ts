import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { PropagationPolicy, PropagationSpec } from '../api/propagation-policy.ts';
import { desiredSpec } from './desired-binding.ts';

const template = (spec: object): UnstructuredObject =>
  ({ apiVersion: 'example.com/v1', kind: 'Shop', metadata: { name: 'shop', namespace: 'default', uid: 'u' }, spec }) as UnstructuredObject;

const policy = (more: Partial<PropagationSpec>): PropagationPolicy => ({
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { resourceSelectors: [{ apiVersion: 'example.com/v1', kind: 'Shop' }], ...more },
});

const suspended = policy({ suspension: { dispatching: true }, failover: { cluster: { purgeMode: 'Directly' } } });

test('what a policy no longer says goes from the binding', () => {
  const before = desiredSpec(template({ replicas: 2 }), suspended, undefined);
  expect(before).toMatchObject({ suspension: { dispatching: true }, failover: { cluster: { purgeMode: 'Directly' } } });
  const after = desiredSpec(template({ replicas: 2 }), policy({}), { ...before, clusters: [{ name: 'east', replicas: 2 }] });
  expect(after).not.toHaveProperty('suspension');
  expect(after).not.toHaveProperty('failover');
  expect(after.clusters).toEqual([{ name: 'east', replicas: 2 }]);
});

test('what others suspended stays suspended', () => {
  const current = { ...desiredSpec(template({}), suspended, undefined), suspension: { dispatching: true, scheduling: true } };
  expect(desiredSpec(template({}), policy({}), current).suspension).toEqual({ scheduling: true });
});

test('a template that has no replicas any more is not divided', () => {
  const before = desiredSpec(template({ replicas: 2 }), policy({}), undefined);
  expect(before.replicas).toBe(2);
  expect(desiredSpec(template({}), policy({}), before)).not.toHaveProperty('replicas');
});

test('without its policy a binding keeps what it said', () => {
  const before = desiredSpec(template({ replicas: 2 }), suspended, undefined);
  expect(desiredSpec(template({ replicas: 3 }), undefined, before)).toEqual({ ...before, replicas: 3 });
});
