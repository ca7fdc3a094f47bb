import { expect, test } from 'vitest';
import { answersProgressInOrder } from './member-version.ts';

test.each([
  ['3.4.23', false],
  ['3.4.24', false],
  ['3.4.25', true],
  ['3.4.34', true],
  ['3.5.0', false],
  ['3.5.7', false],
  ['3.5.8', true],
  ['3.5.35', true],
  ['3.6.0-rc.3', true],
  ['3.6.16', true],
  ['4.0.0', true],
  ['', false],
])('etcd %s answers requests for progress in order: %s', (version, expected) => expect(answersProgressInOrder(version)).toBe(expected));
