import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { advertisedAddress } from './advertised-address.ts';

const address = (text: string, internal = false): NetworkInterfaceInfo =>
  ({ address: text, internal, netmask: '', mac: '', cidr: null, family: 'IPv4' }) as NetworkInterfaceInfo;
const interfaces = { lo: [address('127.0.0.1', true)], eth0: [address('fe80::1'), address('192.0.2.7'), address('2001:db8::7')] };

test.each([
  ['127.0.0.1', '10.96.0.0/16', '192.0.2.7'],
  ['localhost', '10.96.0.0/16', '192.0.2.7'],
  ['::1', 'fd00::/108', '2001:db8::7'],
  ['hub.example.com', '10.96.0.0/16', undefined],
  ['198.51.100.4', '10.96.0.0/16', '198.51.100.4'],
  ['198.51.100.4', 'fd00::/108', undefined],
  ['0.0.0.0', '10.96.0.0/16', '192.0.2.7'],
  ['::', '10.96.0.0/16', '192.0.2.7'],
  ['::', 'fd00::/108', '2001:db8::7'],
])('listening on %s with services in %s advertises %s', (host, range, expected) => {
  expect(advertisedAddress(host, range, interfaces)).toBe(expected);
});
