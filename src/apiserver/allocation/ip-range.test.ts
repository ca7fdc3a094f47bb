import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { dynamicOffset, formatIp, isAllocatable, parseIp, parseIpRange } from './ip-range.ts';

test.each([
  ['10.96.0.0/16', '10.96.0.0', 65536n, 256n],
  ['10.96.0.7/24', '10.96.0.0', 256n, 16n],
  ['10.0.0.0/28', '10.0.0.0', 16n, 0n],
  ['fd00::/112', 'fd00::', 65536n, 256n],
])('%s', (cidr, first, size, offset) => {
  const range = parseIpRange(cidr);
  expect(formatIp(range.first, range.family)).toBe(first);
  expect(range.size).toBe(size);
  expect(dynamicOffset(range)).toBe(offset);
});

test.each([
  ['10.96.0.0', false],
  ['10.96.0.1', true],
  ['10.96.255.255', false],
  ['10.97.0.1', false],
])('%s may be given out: %s', (address, allowed) => {
  expect(isAllocatable(parseIpRange('10.96.0.0/16'), parseIp(address) ?? -1n)).toBe(allowed);
});

test('addresses print as they parse', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
      const text = formatIp(value, 'IPv6');
      expect(isIPv6(text)).toBe(true);
      expect(parseIp(text)).toBe(value);
    }),
  );
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(formatIp(parseIp(address) ?? 0n, 'IPv4')).toBe(address);
    }),
  );
});

test.each(['', '10.0.0.0', '10.0.0.0/33', 'x/8'])('%j is refused', (cidr) => {
  expect(() => parseIpRange(cidr)).toThrow('not CIDR notation');
});
