import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeProtobuf } from '../../src/api/protobuf.ts';
import { createHub } from './support/hub.ts';
import { readAccess, send } from './support/raw-http.ts';
import type { Access, Answer } from './support/raw-http.ts';

const residentLimit = 400 * 2 ** 20;
/** CAUSEWAY_FUZZ_RUNS and CAUSEWAY_FUZZ_SEED: more of the random requests, and others. */
const numRuns = Number(process.env['CAUSEWAY_FUZZ_RUNS'] ?? 60) * 2;
const seed = Number(process.env['CAUSEWAY_FUZZ_SEED'] ?? 1);
const configMaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
};
const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};
/** A body in its envelope (k8s.io/apimachinery runtime.Unknown). */
const sealed = (kind: string, raw: Buffer, apiVersion = 'v1'): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])), field(2, raw)]);
const named = (name: string): Buffer => field(1, field(1, name));
const again = (count: number, bytes: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes));
/** Each level is the only content of the one around it. */
const nested = (number: number, depth: number): Buffer => {
  const heads: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level++) {
    const head = Buffer.concat([varint(number * 8 + 2), varint(length)]);
    heads.push(head);
    length += head.length;
  }
  return Buffer.concat(heads.toReversed());
};
const definition = (schema: Buffer): Buffer => {
  const version = Buffer.concat([field(1, 'v1'), field(4, field(1, schema))]);
  return Buffer.concat([named('as.x.example.com'), field(2, Buffer.concat([field(1, 'x.example.com'), field(7, version)]))]);
};

describe('protobuf that no client should send', () => {
  const hub = createHub();
  let access: Access;
  const ask = async (path: string, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> => {
    const type = { 'content-type': 'application/vnd.kubernetes.protobuf', ...headers };
    const answer = await send(access, path, { method: 'POST', headers: type, body });
    expect(answer.code, `${answer.body.message?.slice(0, 300)}: ${body.subarray(0, 300).toString('base64')}`).toBeLessThan(500);
    return answer;
  };

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
  });
  afterAll(async () => {
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    expect(hub.process().stderr()).not.toMatch(/request failed|panic/);
    await hub.close();
  });

  test.each<[string, string, Buffer, number]>([
    ['a length beyond the end', configMaps, Buffer.concat([Buffer.from('k8s\0\x0a'), Buffer.alloc(8, 0xff), Buffer.from([0x7f])]), 400],
    ['a number without end', configMaps, sealed('ConfigMap', Buffer.concat([Buffer.from([10]), Buffer.alloc(12, 0x80)])), 400],
    ['a field without a number', configMaps, sealed('ConfigMap', Buffer.from([0, 0])), 400],
    ['groups', configMaps, sealed('ConfigMap', Buffer.from([0x0b, 0x0b, 0x0c, 0x0c])), 400],
    ['unknown fields 30,000 deep', configMaps, sealed('ConfigMap', Buffer.concat([named('unknown'), nested(99, 30_000)])), 201],
    [
      'a schema 50,000 deep',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      sealed('CustomResourceDefinition', definition(nested(28, 50_000)), 'apiextensions.k8s.io/v1'),
      400,
    ],
    ['1,400,000 containers', pods, sealed('Pod', Buffer.concat([named('many'), field(2, again(1_400_000, Buffer.from([0x12, 0])))])), 413],
    ['700,000 managers', configMaps, sealed('ConfigMap', field(1, again(700_000, Buffer.from([0x8a, 1, 0])))), 413],
    ['a name that is no UTF-8', configMaps, sealed('ConfigMap', field(1, field(1, Buffer.from([0xff, 0xfe])))), 422],
    ['a kind that is a path', configMaps, sealed('../../x', Buffer.alloc(0)), 400],
    ['a kind that every object has', configMaps, sealed('__proto__', Buffer.alloc(0)), 400],
  ])('%s', async (_, path, body, code) => {
    expect((await ask(path, body)).code).toBe(code);
  });

  test('what is compressed stays so', async () => {
    const body = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    expect((await ask(configMaps, body, { 'content-encoding': 'gzip' })).code).toBe(400);
  });

  test('messages with a few bytes changed, cut, doubled', async () => {
    const metadata = { name: 'random', labels: { a: 'b' }, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] };
    const container = {
      name: 'c',
      image: 'i',
      ports: [{ containerPort: 80 }],
      resources: { requests: { cpu: '1' } },
      env: [{ name: 'E' }],
    };
    const whole: readonly [string, Buffer][] = [
      [configMaps, encodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } })],
      [pods, encodeProtobuf({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container], tolerations: [{ key: 'a' }] } })],
    ];
    const change = fc.record({ at: fc.nat(400), remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), fc.array(change, { minLength: 1, maxLength: 4 }), async ([path, bytes], changes) => {
        let body = bytes;
        for (const { at, remove, insert } of changes) {
          const start = 4 + (at % (bytes.length - 4));
          body = Buffer.concat([body.subarray(0, start), insert, body.subarray(start + remove)]);
        }
        await ask(`${path}?dryRun=All`, body);
      }),
      { numRuns, seed },
    );
  });
});
