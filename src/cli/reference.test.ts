import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildProgram } from './main.ts';
import { renderReference } from './reference.ts';

test('docs/cli.md is what the commands say: npm run docs:cli', () => {
  expect(readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')).toBe(renderReference(buildProgram()));
});
