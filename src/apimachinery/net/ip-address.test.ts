import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAnyAddress } from './ip-address.ts';

const piece = fc.constantFrom(
  ':',
  '::',
  '.',
  '0',
  '00',
  '1',
  'f',
  'F00',
  'ffff',
  '10000',
  'g',
  '%',
  '1.2.3.4',
  '255',
  '256',
  '01',
  ' ',
  '',
);
const pieces = fc.array(piece, { maxLength: 18 }).map((all) => all.join(''));

test('what is an address is what Node takes for one, zones aside', () => {
  const check = fc.property(fc.oneof(pieces, fc.ipV6(), fc.ipV4()), (text) => {
    expect([text, parseAnyAddress(text)?.family ?? 0]).toEqual([text, text.includes('%') ? 0 : isIP(text)]);
  });
  fc.assert(check, { numRuns: 5000 });
});

test('an address that is written and read again is the same', () => {
  const check = fc.property(fc.ipV6(), (text) => {
    const address = parseAnyAddress(text)!;
    expect(parseAnyAddress(formatAddress(address))).toEqual(address);
    // The URL standard writes them by RFC 5952 too, but for IPv4 inside.
    if (!text.includes('.')) expect(`[${formatAddress(address)}]`).toBe(new URL(`http://[${text}]`).hostname);
  });
  fc.assert(check, { numRuns: 5000 });
});

test.each<[string, string | undefined]>([
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['1:2:3:4:5:6:7:8::', undefined],
  ['::ffff:1.2.3.4', '::ffff:102:304'],
  ['1.2.3.4::', undefined],
  ['::1.2.3.4:5', undefined],
  [':::', undefined],
  ['::1::', undefined],
  ['1::2%eth0', undefined],
])('%s', (text, canonical) => {
  const address = parseAnyAddress(text);
  expect(address && formatAddress(address)).toBe(canonical);
});
