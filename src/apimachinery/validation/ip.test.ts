import { expect, test } from 'vitest';
import { formatFieldErrorBody } from './format-field-error.ts';
import { cidrWarnings, ipWarnings, validateCidr, validateIp, validateLegacyCidr, validateLegacyIp } from './ip.ts';

const invalidIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const invalidCidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

test.each([
  ['10.9.8.7', []],
  ['2001:db8::ffff', []],
  ['::', []],
  ['010.9.8.7', ['must not have leading 0s']],
  ['::ffff:1.2.3.4', ['must not be an IPv4-mapped IPv6 address']],
  ['2001:DB8::FFFF', ['must be in canonical form ("2001:db8::ffff")']],
  ['2001:db8:0:0:0:0:0:1', ['must be in canonical form ("2001:db8::1")']],
  ['1.2.3', [invalidIp]],
  ['1.2.3.256', [invalidIp]],
  ['fe80::1%eth0', [invalidIp]],
  ['', [invalidIp]],
])('address %j', (text, details) => {
  expect(validateIp(text, 'ip').map(({ detail }) => detail)).toEqual(details);
  expect(validateLegacyIp(text, 'ip').length > 0).toBe(details.includes(invalidIp));
});

test.each([
  ['10.0.0.0/8', []],
  ['::/0', []],
  ['10.0.0.1/8', ['must not have bits set beyond the prefix length']],
  ['10.0.0.0/08', ['must not have leading 0s in IP or prefix length']],
  ['010.0.0.0/8', ['must not have leading 0s in IP or prefix length']],
  ['::ffff:10.0.0.0/104', ['must not have an IPv4-mapped IPv6 address']],
  ['2001:DB8::/32', ['must be in canonical form ("2001:db8::/32")']],
  ['10.0.0.0/33', [invalidCidr]],
  ['10.0.0.0', [invalidCidr]],
  ['10.0.0.0/8/8', [invalidCidr]],
])('block %j', (text, details) => {
  expect(validateCidr(text, 'cidr').map(({ detail }) => detail)).toEqual(details);
  expect(validateLegacyCidr(text, 'cidr').length > 0).toBe(details.includes(invalidCidr));
});

test('values that are refused are shown', () => {
  expect(validateLegacyIp('x', 'spec.ip').map(formatFieldErrorBody)).toEqual([`Invalid value: "x": ${invalidIp}`]);
});

test('sloppy values that are accepted are warned about', () => {
  expect(ipWarnings('1.2.3.004', 'ip')).toEqual([
    'ip: non-standard IP address "1.2.3.004" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
  ]);
  expect(ipWarnings('2001:DB8::1', 'ip')).toEqual([
    'ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ]);
  expect(ipWarnings('1.2.3.4', 'ip')).toEqual([]);
  expect(cidrWarnings('10.0.0.1/8', 'cidr')).toEqual([
    'cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
  ]);
  expect(cidrWarnings('2001:DB8::/32', 'cidr')).toEqual([
    'cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
  ]);
});
