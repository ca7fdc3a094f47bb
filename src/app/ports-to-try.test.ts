import { expect, test } from 'vitest';
import { portsToTry } from './ports-to-try.ts';

test('a port that was asked for is the only one', () => {
  expect([...portsToTry(6443, 7000)]).toEqual([6443]);
});

test('otherwise that of last time comes first, then such as no outgoing connection takes, then any', () => {
  const [first, ...others] = portsToTry(0, 40_000);
  expect(first).toBe(40_000);
  expect(others.pop()).toBe(0);
  expect(others.filter((port) => port < 20_000 || port >= 28_000)).toEqual([]);
  expect(new Set(others).size).toBeGreaterThan(1);
});
