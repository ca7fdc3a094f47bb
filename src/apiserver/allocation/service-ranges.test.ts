import { expect, test } from 'vitest';
import { parseIpRange } from './ip-range.ts';
import { serviceRanges } from './service-ranges.ts';

const own = parseIpRange('10.96.0.0/24');
const cidr = (cidrs: readonly string[], { ready = 'True', deleted = false } = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'x', ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: { cidrs },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const rangesOf = (...objects: readonly ReturnType<typeof cidr>[]) => serviceRanges(own, objects).map((range) => range.cidr);

test.each([
  ['none', [], ['10.96.0.0/24']],
  ['a further one', [cidr(['10.97.0.0/24'])], ['10.96.0.0/24', '10.97.0.0/24']],
  ['one that is not ready', [cidr(['10.97.0.0/24'], { ready: 'False' })], ['10.96.0.0/24']],
  ['one that leaves', [cidr(['10.97.0.0/24'], { deleted: true })], ['10.96.0.0/24']],
  ['one of another family beside', [cidr(['10.97.0.0/24', 'fd00::/112'])], ['10.96.0.0/24', '10.97.0.0/24']],
  ['one within', [cidr(['10.96.0.16/28'])], ['10.96.0.0/24']],
  ['one around', [cidr(['10.96.0.0/16'])], ['10.96.0.0/16']],
  ['the same', [cidr(['10.96.0.0/24'])], ['10.96.0.0/24']],
])('%s', (_, objects, ranges) => {
  expect(rangesOf(...objects)).toEqual(ranges);
});
