import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetricsRegistry } from '../apiserver/metrics/registry.ts';
import { followConfiguration } from './configuration-file.ts';
import { followFile } from './followed-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'followed-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('a file is read again when it changes, also by a link that is turned; what makes no sense changes nothing', async () => {
  const path = join(directory, 'link');
  writeFileSync(join(directory, 'one'), '1');
  writeFileSync(join(directory, 'two'), '22');
  symlinkSync(join(directory, 'one'), path);
  const errors: unknown[] = [];
  const file = followFile(path, {
    parse: (text) => {
      if (text === 'bad') throw new Error('makes no sense');
      return Number(text);
    },
    onReload: (error) => void errors.push(error),
    intervalMilliseconds: 20,
  });
  expect(file.current).toBe(1);
  symlinkSync(join(directory, 'two'), `${path}.new`);
  renameSync(`${path}.new`, path);
  await until(() => file.current === 22);
  const { hash } = file;
  writeFileSync(join(directory, 'two'), 'bad');
  await until(() => errors.at(-1) !== undefined);
  expect([file.current, file.hash]).toEqual([22, hash]);
  writeFileSync(join(directory, 'two'), '333');
  await until(() => file.current === 333);
  file.stop();
});

test('reloads are counted by their outcome, and the configuration in use is told by its hash', async () => {
  const path = join(directory, 'file');
  writeFileSync(path, 'a');
  const metrics = createMetricsRegistry();
  const ignore = (): void => {};
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const parse = (text: string): string => {
    if (text === 'bad') throw new Error('makes no sense');
    return text;
  };
  const file = followConfiguration(path, { subject: 'authentication', parse, metrics, log, instance: 'x' });
  const count = async (status: string): Promise<string | undefined> =>
    new RegExp(`automatic_reloads_total\\{[^}]*status="${status}"\\} (\\d+)`).exec(await metrics.render('prometheus'))?.[1];
  writeFileSync(path, 'bad');
  await until(async () => (await count('failure')) === '1');
  writeFileSync(path, 'better');
  await until(async () => (await count('success')) === '1');
  expect(await metrics.render('prometheus')).toContain(`hash="${file.hash}"} 1`);
  file.stop();
});
