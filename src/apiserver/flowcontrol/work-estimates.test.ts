import { expect, test } from 'vitest';
import type { FlowRequest } from './contract.ts';
import { createRetryAfter } from './retry-after.ts';
import { flowRequest } from './testing/flow-request.ts';
import { waitMilliseconds } from './wait-limit.ts';
import { createWorkEstimates } from './work-estimates.ts';

const request = (verb: string, query = '', info: Partial<FlowRequest['info']> = {}): FlowRequest =>
  flowRequest({ query, info: { verb, ...info } });

test('a list needs as many seats as the last one like it was large', () => {
  const estimates = createWorkEstimates();
  const seats = (asked: FlowRequest, most = 8): number => estimates.estimate(asked, most).seats;
  expect(seats(request('list'))).toBe(8);
  estimates.listed(request('list'), 450_000);
  expect([seats(request('list')), seats(request('list'), 3)]).toEqual([5, 3]);
  estimates.listed(request('list'), 1000);
  expect(seats(request('list'))).toBe(1);
  expect(seats(request('list', '', { name: 'one' }))).toBe(1);
  expect(seats(request('get'))).toBe(1);
});

test('a watch that begins with what is there is as a list, another one is not', () => {
  const estimates = createWorkEstimates();
  estimates.listed(request('list'), 300_000);
  const seats = (query: string): number => estimates.estimate(request('watch', query), 8).seats;
  expect(['', 'resourceVersion=0', 'sendInitialEvents=true&resourceVersion=7', 'resourceVersion=7'].map(seats)).toEqual([3, 3, 3, 1]);
});

test('a write takes seats for those who watch', () => {
  const estimates = createWorkEstimates();
  const ends = Array.from({ length: 250 }, () => estimates.watching(request('watch')));
  expect(estimates.watchersOf(request('create'))).toBe(250);
  expect(estimates.watchersOf(request('get'))).toBeUndefined();
  expect(estimates.estimate(request('create'), 8)).toEqual({ seats: 1, finalSeats: 10, finalMilliseconds: 12.5 });
  expect(estimates.estimate(request('create', '', { subresource: 'token' }), 8).finalSeats).toBe(0);
  for (const end of ends) for (let twice = 0; twice < 2; twice++) end();
  expect(estimates.watchersOf(request('create'))).toBe(0);
});

test('many kinds of lists are not all remembered', () => {
  const estimates = createWorkEstimates();
  for (let i = 0; i < 5000; i++) estimates.listed(request('list', `labelSelector=a${i}`), 1);
  const known = Array.from({ length: 5000 }, (_, i) => estimates.estimate(request('list', `labelSelector=a${i}`), 8).seats);
  expect(known.filter((seats) => seats === 1).length).toBe(1000);
});

test.each([
  ['', 15_000],
  ['timeout=4s', 1000],
  ['timeout=10m', 15_000],
  ['timeout=soon', 15_000],
])('with %j a request waits %d ms', (query, expected) => {
  expect(waitMilliseconds(request('list', query), 15_000)).toBe(expected);
});

test('clients are sent away for longer while many are refused, and for less when few are', () => {
  const retryAfter = createRetryAfter();
  const refuse = (second: number, times: number): number => Math.max(...Array.from({ length: times }, () => retryAfter.refused(second)));
  expect([1, 2, 3, 4, 5, 6, 7].map((second) => refuse(second, 100))).toEqual([1, 2, 2, 4, 4, 4, 4]);
  for (let second = 8; second < 200; second++) refuse(second, 100);
  expect(refuse(200, 100)).toBe(32);
  expect(Array.from({ length: 40 }, (_, i) => refuse(300 + 40 * i, 1)).at(-1)).toBe(1);
});
