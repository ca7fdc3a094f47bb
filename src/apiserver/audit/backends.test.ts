import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { createBatchBackend } from './batch-backend.ts';
import { createEntry } from './entry.ts';
import type { AuditEvent } from './event.ts';
import { auditExtension } from './extension.ts';
import { openLogWriter } from './log-writer.ts';
import { parseAuditPolicy } from './policy.ts';
import { type AuditSettings, defaultLogSettings, defaultWebhookSettings } from './settings.ts';
import { createWebhookSender } from './webhook-sender.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'audit-'));
  path = join(directory, 'audit.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const metadata = parseAuditPolicy('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]');
const metrics = () => {
  const registry = createMetricsRegistry();
  const value = async (series: string): Promise<string | undefined> =>
    (await registry.render('prometheus'))
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1);
  return { registry, value };
};
const start = (settings: Omit<AuditSettings, 'policy'>, registry = createMetricsRegistry()): Promise<SecuredServer> =>
  startSecuredServer({ audit: { ...settings, policy: metadata }, extra: [auditExtension(registry)] });
const lines = (): string[] => readFileSync(path, 'utf8').trim().split('\n');
const event = (auditID: string, more: object = {}): AuditEvent => ({ auditID, ...more }) as unknown as AuditEvent;
const entry = (id: string, more: object = {}) => createEntry(() => event(id, more), 100);

test('in mode blocking both events of a request are in the log when it is answered', async () => {
  const server = await start({ log: { ...defaultLogSettings, path } });
  for (let index = 0; index < 5; index++) {
    await server.call('GET', `/api/v1/namespaces/n${index}`);
    expect(lines().filter((line) => line.includes(`/n${index}"`))).toHaveLength(2);
  }
  await server.close();
});

test('what cannot be stored is counted, and in mode blocking-strict ends the request', async () => {
  for (const mode of ['blocking', 'blocking-strict'] as const) {
    const { registry, value } = metrics();
    const server = await start({ log: { ...defaultLogSettings, mode, path: '/dev/full' } }, registry);
    const { status, body } = await server.call('GET', '/api/v1/namespaces');
    expect(status).toBe(mode === 'blocking' ? 200 : 500);
    if (mode === 'blocking-strict') expect(String(body)).toBe('Internal Server Error: "/api/v1/namespaces": failed to store audit event\n');
    expect(Number(await value('apiserver_audit_error_total{plugin="log"}'))).toBeGreaterThanOrEqual(2);
    expect(Number(await value('apiserver_audit_requests_rejected_total'))).toBe(mode === 'blocking' ? 0 : 1);
    expect(Number(await value('apiserver_audit_level_total{level="RequestResponse"}'))).toBeGreaterThanOrEqual(1);
    await server.close();
  }
});

test('the format legacy', async () => {
  const server = await start({ log: { ...defaultLogSettings, format: 'legacy', path } });
  await server.call('GET', '/api/v1/namespaces/default/pods', { as: { headers: { authorization: 'Bearer jane', 'user-agent': 'a "b"' } } });
  await server.close();
  const [received, complete] = lines().filter((line) => line.includes('jane'));
  const common =
    /^\S+Z AUDIT: id="[-0-9a-f]{36}" stage="(\w+)" ip="127\.0\.0\.1" method="list" user="jane" groups="\\"devs\\",\\"system:authenticated\\"" as="<self>" asgroups="<lookup>" user-agent="a \\"b\\"" namespace="default" uri="\/api\/v1\/namespaces\/default\/pods" response="(.*)"$/;
  expect(common.exec(received ?? '')?.slice(1)).toEqual(['RequestReceived', '<deferred>']);
  expect(common.exec(complete ?? '')?.slice(1)).toEqual(['ResponseComplete', '403']);
});

test('an event that is too large loses its objects, and one that still is is lost', async () => {
  const { registry, value } = metrics();
  const truncate = { maxBatchBytes: 10_000, maxEventBytes: 1500 };
  const server = await start({ log: { ...defaultLogSettings, truncate, path } }, registry);
  const create = (name: string, size: number): Promise<unknown> =>
    server.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name }, data: { text: 'x'.repeat(size) } } });
  await create('small', 10);
  await create('large', 4000);
  await server.call('GET', `/api/v1/namespaces/default/configmaps?labelSelector=${'y'.repeat(2000)}`);
  await server.close();
  const events = lines().map((line) => JSON.parse(line) as AuditEvent & { objectRef: { name?: string } });
  const of = (name: string) => events.find(({ stage, objectRef }) => stage === 'ResponseComplete' && objectRef?.name === name);
  expect(of('small')).toHaveProperty('responseObject');
  expect(of('large')).not.toHaveProperty('requestObject');
  expect(of('large')?.annotations).toMatchObject({ 'audit.k8s.io/truncated': 'true', 'authorization.k8s.io/decision': 'allow' });
  expect(events.filter(({ requestURI }) => requestURI.includes('yyy'))).toEqual([]);
  expect(await value('apiserver_audit_error_total{plugin="truncate"}')).toBe('2');
});

test('a log that is full is set aside; old ones are compressed, and kept by number and age', async () => {
  let now = Date.parse('2026-11-22T10:00:00Z');
  const old = join(directory, 'audit-2026-11-01T00-00-00.000.log');
  const other = join(directory, 'audit-other.log');
  for (const file of [old, other]) writeFileSync(file, 'old');
  utimesSync(old, 0, 0);
  const options = { maxBytes: 100, maxBackups: 2, maxAgeDays: 7, compress: true, now: () => now };
  const writer = openLogWriter(path, options);
  const line = (of: number): string => `${String(of).padEnd(29, '.')}\n`;
  for (let index = 0; index < 12; index++) {
    await writer.write(line(index));
    now += 1000;
  }
  await Promise.all([12, 13, 14, 15].map((index) => writer.write(line(index))));
  await expect(writer.write('y'.repeat(500))).resolves.toBeUndefined();
  await writer.close();
  const names = readdirSync(directory).toSorted();
  expect(names).toEqual(['audit-2026-11-22T10-00-12.001.log.gz', 'audit-2026-11-22T10-00-12.002.log.gz', 'audit-other.log', 'audit.log']);
  expect(readFileSync(path, 'utf8')).toBe('y'.repeat(500));
  expect(gunzipSync(readFileSync(join(directory, names[0] ?? ''))).toString()).toBe([12, 13, 14].map(line).join(''));
  for (const name of names.filter((each) => each !== 'audit-other.log'))
    expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600);
});

test('a log goes on after it could not be written', async () => {
  const writer = openLogWriter('/dev/full', { maxBytes: 100, maxBackups: 0, maxAgeDays: 0, compress: false, now: Date.now });
  await expect(writer.write('a\n')).rejects.toThrow('ENOSPC');
  await expect(writer.write('b\n')).rejects.toThrow('ENOSPC');
  await writer.close();
});

test('a batch goes when it is full, and what finds no room is lost', async () => {
  const stored: string[][] = [];
  let full = 0;
  let release: () => void = () => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const backend = createBatchBackend(
    async (entries) => {
      stored.push(entries.map((each) => each.event().auditID));
      await blocked;
    },
    {
      settings: { bufferSize: 40, maxSize: 2, maxWaitSeconds: 3600 },
      onLost: () => expect.unreachable(),
      onFull: (count) => (full += count),
    },
  );
  for (let index = 0; index < 45; index++) expect(backend.store(entry(String(index)))).toBeUndefined();
  expect(full).toBe(5);
  release();
  await backend.close();
  expect(stored.flat()).toEqual(Array.from({ length: 40 }, (_, index) => String(index)));
  expect(stored.every((batch) => batch.length <= 2)).toBe(true);
});

test('batches that are not full go after a while, and no faster than they may', async () => {
  const stored: string[] = [];
  const backend = createBatchBackend(async (entries) => void stored.push(entries.map((each) => each.event().auditID).join()), {
    settings: { bufferSize: 100, maxSize: 1, maxWaitSeconds: 0, throttle: { perSecond: 0.001, burst: 3 } },
    onLost: () => expect.unreachable(),
    onFull: () => expect.unreachable(),
  });
  for (let index = 0; index < 10; index++) backend.store(entry(String(index)));
  await expect.poll(() => stored, { timeout: 20_000 }).toEqual(['0', '1', '2']);
  await backend.close();
  expect(stored).toHaveLength(10);
});

test('a webhook is asked again, five times in all', async () => {
  let calls = 0;
  const bodies: string[] = [];
  const post = async (body: string): Promise<void> => {
    bodies.push(body);
    if (++calls < 5) throw new Error('no');
  };
  const closing = new AbortController();
  const send = createWebhookSender({ post, initialBackoffSeconds: 0.001 }, closing.signal);
  await send([entry('a'), entry('b', { level: 'Metadata' })]);
  expect(calls).toBe(5);
  expect(JSON.parse(bodies[0] ?? '')).toEqual({
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: [{ auditID: 'a' }, { auditID: 'b', level: 'Metadata' }],
  });
  calls = -1;
  await expect(send([entry('c')])).rejects.toThrow('no');
  closing.abort();
  calls = -10;
  await expect(send([entry('d')])).rejects.toThrow('no');
  expect(calls).toBe(-9);
});

test('the log and a webhook at once; the webhook gets the rest when the server stops', async () => {
  const posted: AuditEvent[] = [];
  const post = async (body: string): Promise<void> => void posted.push(...(JSON.parse(body) as { items: AuditEvent[] }).items);
  const server = await start({ log: { ...defaultLogSettings, path }, webhook: { ...defaultWebhookSettings, post } });
  await server.call('GET', '/api/v1/namespaces');
  expect(posted).toEqual([]);
  await server.close();
  expect(posted.map(({ auditID, stage }) => `${auditID} ${stage}`)).toEqual(
    lines().map((line) => {
      const { auditID, stage } = JSON.parse(line) as AuditEvent;
      return `${auditID} ${stage}`;
    }),
  );
  expect(posted.length).toBeGreaterThanOrEqual(2);
});
