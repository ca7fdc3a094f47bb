import { expect, test } from 'vitest';
import { isRunning, thisProcess } from './run-state.ts';

test('a process runs until another one has its pid', () => {
  const state = thisProcess();
  expect(isRunning(state)).toBe(true);
  expect(isRunning({ pid: state.pid })).toBe(true);
  expect(isRunning({ ...state, incarnation: 'an earlier boot' })).toBe(false);
});

test('a pid that nobody has', () => expect(isRunning({ pid: 2 ** 22 + 1, incarnation: '' })).toBe(false));
