import { expect, test } from 'vitest';
import { runChecks } from './run-checks.ts';

const checks = [
  { name: 'ping', check: () => undefined },
  { name: 'etcd', check: () => Promise.reject(new Error('disk on fire')) },
];

test('all well is just ok', async () => {
  const report = await runChecks(checks.slice(0, 1), {
    endpoint: 'readyz',
    verbose: false,
    excluded: new Set(),
    onResult: () => undefined,
  });
  expect(report).toEqual({ healthy: true, text: 'ok' });
});

test('a failure lists every check, and tells the reason to the log only', async () => {
  const results: string[] = [];
  const onResult = (name: string, error: unknown) => void results.push(`${name}: ${String(error)}`);
  const report = await runChecks(checks, { endpoint: 'livez', verbose: false, excluded: new Set(), onResult });
  expect(report).toEqual({ healthy: false, text: '[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed\n' });
  expect(results).toEqual(['ping: undefined', 'etcd: Error: disk on fire']);
});

test('an excluded check is not run; a name that matches nothing is warned about', async () => {
  const excluded = new Set(['etcd', 'nope']);
  const report = await runChecks(checks, { endpoint: 'readyz', verbose: true, excluded, onResult: () => undefined });
  expect(report).toEqual({
    healthy: true,
    text: '[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "nope"\nreadyz check passed\n',
  });
});
