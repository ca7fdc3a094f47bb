import { expect, test } from 'vitest';
import type { ClusterStatus } from '../../fleet/api/cluster.ts';
import { estimateReplicas } from './estimate.ts';

const estimate = (resourceSummary: ClusterStatus['resourceSummary'], resourceRequest: Record<string, string>) =>
  estimateReplicas(
    {
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'east' },
      spec: { syncMode: 'Push' },
      status: resourceSummary ? { resourceSummary } : {},
    },
    { resourceRequest },
  );

const allocatable = { cpu: '12', memory: '24Gi', pods: '330' };

test.each([
  ['the scarcest resource decides', { allocatable }, { cpu: '500m', memory: '4Gi' }, 6],
  ['what is allocated is not free', { allocatable, allocated: { cpu: '11' }, allocating: { cpu: '250m' } }, { cpu: '500m' }, 1],
  ['pods bound it', { allocatable, allocated: { pods: '325' } }, { cpu: '1m' }, 5],
  ['an extended resource nobody has', { allocatable }, { 'example.com/gpu': '1' }, 0],
  ['over-committed is zero', { allocatable, allocated: { cpu: '13' } }, { cpu: '1' }, 0],
  ['nothing known, no room', undefined, { cpu: '1' }, 0],
])('%s', (_name, summary, request, expected) => expect(estimate(summary, request as Record<string, string>)).toBe(expected));
