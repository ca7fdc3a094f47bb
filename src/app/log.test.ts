import { expect, test } from 'vitest';
import { createLogger } from './log.ts';

const start = () => {
  const lines: string[] = [];
  const clock = { now: Date.UTC(2026, 0, 1) };
  const log = createLogger({ level: 'info', format: 'text', write: (line) => lines.push(line), now: () => clock.now });
  return { lines, clock, log };
};

test('a line says when, how bad, what, and the fields', () => {
  const { lines, log } = start();
  log.info('started', { port: 6443, host: 'a b' });
  log.debug('not told');
  expect(lines).toEqual(['2026-01-01T00:00:00.000Z INFO  started port=6443 host="a b"']);
});

test('what comes again and again is told thirty times a minute, by each user, and then how much was left out', () => {
  const { lines, clock, log } = start();
  for (let i = 0; i < 500; i++) log.error('denied', { user: 'anna', path: `/${i}` });
  log.error('denied', { user: 'bob' });
  expect(lines).toHaveLength(31);
  clock.now += 60_000;
  log.error('denied', { user: 'anna' });
  log.error('denied', { user: 'anna' });
  expect(lines.slice(-2)).toEqual([
    '2026-01-01T00:01:00.000Z ERROR denied user=anna leftOut=470',
    '2026-01-01T00:01:00.000Z ERROR denied user=anna',
  ]);
});

test('however many users there are, those who were there last are told apart', () => {
  const { lines, log } = start();
  for (let i = 0; i < 5000; i++) log.warn('denied', { user: `user-${i}` });
  expect(lines).toHaveLength(5000);
});
