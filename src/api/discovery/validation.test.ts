import { expect, test } from 'vitest';
import type { EndpointSlice } from './types.gen.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validation.ts';

const slice = (addressType: EndpointSlice['addressType'], address: string): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 's' },
  addressType,
  endpoints: [{ addresses: [address] }],
});

test('endpoints that an update leaves alone are not looked at again, even where their type changes', () => {
  const fields = (now: EndpointSlice): string[] =>
    validateEndpointSliceUpdate(now, slice('IPv4', '1.2.3.4')).map(({ field, detail }) => `${field}: ${detail}`);
  expect(fields(slice('IPv6', '1.2.3.4'))).toEqual(['addressType: field is immutable']);
  expect(fields(slice('IPv4', '127.0.0.1'))).toEqual([
    'endpoints[0].addresses[0]: may not be in the loopback range (127.0.0.0/8, ::1/128)',
  ]);
  expect(validateEndpointSlice(slice('IPv6', '1.2.3.4'))).toMatchObject([{ detail: 'must be an IPv6 address' }]);
});
