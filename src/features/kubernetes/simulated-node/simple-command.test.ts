import { expect, test } from 'vitest';
import { simpleCommand } from './simple-command.ts';

test.each([
  [['sleep', '300'], { runSeconds: 300, exitCode: 0 }],
  [['sh', '-c', 'exit 1'], { runSeconds: 0, exitCode: 1 }],
  [['/bin/sh', '-c', 'sleep 5; exit 3'], { runSeconds: 5, exitCode: 3 }],
  [['sh', '-c', 'sleep infinity'], { runSeconds: Infinity, exitCode: 0 }],
  [['sh', '-c', 'exit $(( $RANDOM ))'], undefined],
  [['nginx', '-g', 'daemon off;'], undefined],
  [['/bin/false'], { runSeconds: 0, exitCode: 1 }],
  [['/bin/sleep', '10'], { runSeconds: 10, exitCode: 0 }],
  [['/bin/sh', '-c', 'trap exit TERM; while true; do sleep 1; done'], { runSeconds: Infinity, exitCode: 0 }],
  [['sh', '-c', 'while true; do sleep 1; [ -e /stop ] && break; done'], undefined],
  [['sh'], undefined],
  [[], undefined],
])('%j comes to %j', (command, outcome) => {
  expect(simpleCommand({ name: 'main', image: 'busybox', command })).toEqual(outcome);
});

test('the pause image waits to be stopped', () => {
  expect(simpleCommand({ name: 'main', image: 'registry.k8s.io/pause:3.10' })?.runSeconds).toBe(Infinity);
});
