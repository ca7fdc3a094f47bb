import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { loadOrCreateIdentity } from './identity.ts';
import { servingNames } from './serving-names.ts';
import { shareAuthorities } from './shared-authorities.ts';

const now = Date.UTC(2026, 0, 1);
const made: string[] = [];
const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'authorities-'));
  made.push(path);
  return path;
};
const load = (path: string) => loadOrCreateIdentity(path, { now, names: servingNames('10.96.0.0/16') });
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

test('replicas that start at once agree on one identity; their serving certificates are their own', async () => {
  const store = openMemoryStore();
  const [a, b] = [directory(), directory()];
  await Promise.all([shareAuthorities(store, a, now), shareAuthorities(store, b, now)]);
  const [first, second] = [load(a), load(b)];
  expect(second.certificateAuthority).toEqual(first.certificateAuthority);
  expect(second.frontProxy.certificateAuthority).toEqual(first.frontProxy.certificateAuthority);
  expect(second.serviceAccountKey).toEqual(first.serviceAccountKey);
  expect(second.serving.certificate).not.toBe(first.serving.certificate);
  expect(statSync(join(b, 'ca.key')).mode & 0o777).toBe(0o600);
});

test('an identity from before is published, and kept', async () => {
  const store = openMemoryStore();
  const [a, b] = [directory(), directory()];
  const before = load(a);
  await shareAuthorities(store, a, now);
  await shareAuthorities(store, b, now);
  expect(load(a).certificateAuthority).toEqual(before.certificateAuthority);
  expect(load(b).certificateAuthority).toEqual(before.certificateAuthority);
});

test("another hub's directory is refused, and left as it is", async () => {
  const store = openMemoryStore();
  const [a, b] = [directory(), directory()];
  await shareAuthorities(store, a, now);
  const foreign = load(b);
  await expect(shareAuthorities(store, b, now)).rejects.toThrow(/not of the hub that this store belongs to: name another --data-dir/);
  expect(readFileSync(join(b, 'ca.key'), 'utf8')).toBe(foreign.certificateAuthority.key);
});

test('what a crash left half done is finished', async () => {
  const store = openMemoryStore();
  const [a, b] = [directory(), directory()];
  await shareAuthorities(store, a, now);
  writeFileSync(join(b, 'ca.key'), 'half');
  await shareAuthorities(store, b, now);
  expect(load(b).certificateAuthority).toEqual(load(a).certificateAuthority);
});
