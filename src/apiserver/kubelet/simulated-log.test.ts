import { expect, test } from 'vitest';
import { logOptions, simulatedLog } from './simulated-log.ts';

const [first, second, third] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z', '2026-01-01T00:00:15Z'];
const statuses = [
  {
    name: 'main',
    image: 'web:1',
    restartCount: 1,
    state: { running: { startedAt: third } },
    lastState: { terminated: { startedAt: first, finishedAt: second, exitCode: 3 } },
  },
];
const read = (query: string, container = 'main') =>
  simulatedLog(statuses, container, logOptions(new URLSearchParams(query), Date.parse('2026-01-01T00:00:20Z')));

test.each([
  ['', 'simulated container main (image web:1) started\n'],
  ['timestamps=true', `${third} simulated container main (image web:1) started\n`],
  ['previous=true', 'simulated container main (image web:1) started\nsimulated container main (image web:1) exited with code 3\n'],
  ['previous=true&tailLines=1', 'simulated container main (image web:1) exited with code 3\n'],
  ['tailLines=0', ''],
  ['sinceSeconds=2', ''],
  [`previous=true&sinceTime=${second}`, 'simulated container main (image web:1) exited with code 3\n'],
  ['limitBytes=9', 'simulated'],
])('?%s', (query, text) => {
  expect(read(query)).toBe(text);
});

test('a container that has not run has written nothing', () => {
  expect(read('', 'other')).toBe('');
});
