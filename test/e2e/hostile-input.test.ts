import { constants } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { openHttp2, openTls, readAccess, send } from './support/raw-http.ts';
import type { Access, RawRequest } from './support/raw-http.ts';

const mebibyte = 2 ** 20;
/** Loose: what a hub may hold after all of it. It starts at about 100 MiB. */
const residentLimit = 700 * mebibyte;
const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };
const post = (body: string | Buffer, headers: Record<string, string> = json): RawRequest => ({ method: 'POST', headers, body });
const configMap = (name: unknown, more: object = {}): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
const deepJson = (depth: number): string =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${nested('[', ']', depth)}}`;

describe('what no client should send', () => {
  const hub = createHub();
  let access: Access;
  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
    await send(access, configMaps, post(configMap('here', { data: { a: 'b' } })));
  });
  afterAll(() => hub.close());

  const table: [string, string, RawRequest, number, string][] = [
    ['malformed JSON', configMaps, post('{"apiVersion": "v1", "kind"'), 400, 'BadRequest'],
    ['JSON that is no object', configMaps, post('[1, 2]'), 400, 'BadRequest'],
    ['an empty body', configMaps, post(''), 400, 'BadRequest'],
    ['malformed YAML', configMaps, post('a: [b\nc: }', { 'content-type': 'application/yaml' }), 400, 'BadRequest'],
    [
      'a YAML bomb',
      configMaps,
      post(
        `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`).join('\n')}\n`,
        { 'content-type': 'application/yaml' },
      ),
      400,
      'BadRequest',
    ],
    [
      'bytes that are no protobuf',
      configMaps,
      post(Buffer.from([0x6b, 0x38, 0x73, 0, 255, 255, 255, 255, 255]), { 'content-type': 'application/vnd.kubernetes.protobuf' }),
      400,
      'BadRequest',
    ],
    [
      'bytes that are no UTF-8',
      configMaps,
      post(
        Buffer.concat([
          Buffer.from('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"u"},"data":{"a":"'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from(''),
        ]),
      ),
      400,
      'BadRequest',
    ],
    ['an unknown content type', configMaps, post('x', { 'content-type': 'text/plain' }), 415, 'UnsupportedMediaType'],
    ['a wrong type', configMaps, post(configMap('wrong', { data: { a: 1 } })), 400, 'BadRequest'],
    ['a name that is a number', configMaps, post(configMap(7)), 400, 'BadRequest'],
    ['another kind', configMaps, post('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}'), 400, 'BadRequest'],
    ['another namespace', configMaps, post(configMap('x', { metadata: { name: 'x', namespace: 'other' } })), 400, 'BadRequest'],
    ['an invalid name', configMaps, post(configMap('Not_A_Name')), 422, 'Invalid'],
    ['no name', configMaps, post(configMap('')), 422, 'Invalid'],
    ['an unknown field, strictly', `${configMaps}?fieldValidation=Strict`, post(configMap('x', { colour: 'red' })), 400, 'BadRequest'],
    ['an unknown field validation', `${configMaps}?fieldValidation=Often`, post(configMap('x')), 422, 'Invalid'],
    ['an unknown dry run', `${configMaps}?dryRun=some`, post(configMap('x')), 422, 'Invalid'],
    ['a bad label selector', `${configMaps}?labelSelector=a%20in%20(`, {}, 400, 'BadRequest'],
    ['a bad field selector', `${configMaps}?fieldSelector=spec.nothing%3D1`, {}, 400, 'BadRequest'],
    ['a bad limit', `${configMaps}?limit=many`, {}, 400, 'BadRequest'],
    ['a bad continue token', `${configMaps}?limit=1&continue=nonsense`, {}, 400, 'BadRequest'],
    // An internal error, as in kube-apiserver.
    ['a bad version', `${configMaps}?watch=true&resourceVersion=yesterday`, {}, 500, ''],
    ['a version that is yet to come', `${configMaps}?resourceVersion=99999999&resourceVersionMatch=Exact`, {}, 504, 'Timeout'],
    [
      'a stale version',
      `${configMaps}/here`,
      { method: 'PUT', headers: json, body: configMap('here', { metadata: { name: 'here', resourceVersion: '1' } }) },
      409,
      'Conflict',
    ],
    [
      'an update of nothing',
      `${configMaps}/absent`,
      { method: 'PUT', headers: json, body: configMap('absent', { metadata: { name: 'absent', resourceVersion: '1' } }) },
      404,
      'NotFound',
    ],
    [
      'a patch that is none',
      `${configMaps}/here`,
      { method: 'PATCH', headers: { 'content-type': 'application/json-patch+json' }, body: '{"op":"add"}' },
      400,
      'BadRequest',
    ],
    [
      'a patch of a path that is not there',
      `${configMaps}/here`,
      { method: 'PATCH', headers: { 'content-type': 'application/json-patch+json' }, body: '[{"op":"remove","path":"/data/zz/top"}]' },
      422,
      'Invalid',
    ],
    [
      'a patch of an unknown type',
      `${configMaps}/here`,
      { method: 'PATCH', headers: { 'content-type': 'application/x-patch' }, body: '{}' },
      415,
      'UnsupportedMediaType',
    ],
    [
      'a patch of 20,000 operations',
      `${configMaps}/here`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(Array.from({ length: 20_000 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }))),
      },
      413,
      'RequestEntityTooLarge',
    ],
    ['4 MiB', configMaps, post(configMap('big', { data: { a: 'x'.repeat(4 * mebibyte) } })), 413, 'RequestEntityTooLarge'],
    [
      '4 MiB of patch',
      `${configMaps}/here`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ data: { a: 'x'.repeat(4 * mebibyte) } }),
      },
      413,
      'RequestEntityTooLarge',
    ],
    [
      '4 MiB in chunks',
      configMaps,
      post(configMap('big', { data: { a: 'x'.repeat(4 * mebibyte) } }), { ...json, 'transfer-encoding': 'chunked' }),
      413,
      'RequestEntityTooLarge',
    ],
    ['more than a ConfigMap may hold', configMaps, post(configMap('big', { data: { a: 'x'.repeat(2 * mebibyte) } })), 422, 'Invalid'],
    ['JSON 100,000 deep', configMaps, post(deepJson(100_000)), 400, 'BadRequest'],
    ['YAML 100,000 deep', configMaps, post(nested('[', ']', 100_000), { 'content-type': 'application/yaml' }), 400, 'BadRequest'],
    [
      'a merge patch 100,000 deep',
      `${configMaps}/here`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000),
      },
      400,
      'BadRequest',
    ],
    ['an unknown resource', '/api/v1/namespaces/default/widgets', {}, 404, 'NotFound'],
    ['a path that climbs', '/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets', {}, 404, 'NotFound'],
    ['a method nobody knows', configMaps, { method: 'PROPFIND' }, 405, 'MethodNotAllowed'],
    [
      'prototype fields',
      configMaps,
      post(
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto","__proto__":{"polluted":"yes"}},"__proto__":{"polluted":"yes"}}',
      ),
      201,
      '',
    ],
  ];

  test.each(table)('%s', async (_, path, request, code, reason) => {
    const answer = await send(access, path, request);
    expect([answer.code, answer.body.reason ?? '', answer.body.message]).toEqual([
      code,
      reason,
      code < 300 ? undefined : expect.stringMatching(/\S/),
    ]);
    if (code >= 400) expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
  });

  test('a broken escape is no request of the API yet: the answer is plain text, as of any Go server', async () => {
    const { code, body } = await send(access, '/api/v1/namespaces/%zz/configmaps', {});
    expect([code, body.message]).toEqual([400, '400 Bad Request']);
  });

  test('a header of a megabyte is refused', async () => {
    // The connection may be cut before the answer is read: the rest of the header is on its way.
    const code = await send(access, configMaps, { headers: { 'x-large': 'x'.repeat(mebibyte) } }).then(
      (answer) => answer.code,
      () => 431,
    );
    expect(code).toBe(431);
    expect(await send(access, '/readyz')).toMatchObject({ code: 200 });
  });

  test('nonsense instead of HTTP, and instead of TLS', async () => {
    const socket = await openTls(access);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write('\0\x01\x02 nonsense\r\n\r\n');
    socket.resume();
    await ended;
  });

  test('bodies that never end occupy nobody else', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openTls(access)));
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.write(`POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`);
    }
    expect(await send(access, `${configMaps}/here`)).toMatchObject({ code: 200 });
    expect(await send(access, configMaps, post(configMap('beside')))).toMatchObject({ code: 201 });
    for (const socket of sockets) socket.destroy();
  });

  test('streams that are reset as fast as they are opened', async () => {
    for (let round = 0; round < 5; round++) {
      const session = await openHttp2(access).catch(() => undefined);
      for (let index = 0; index < 4000; index++) {
        if (!session || session.destroyed) break;
        const stream = session.request({ ':path': configMaps });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
        if (index % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      session?.destroy();
    }
    await eventually(async () => expect(await send(access, `${configMaps}/here`)).toMatchObject({ code: 200 }));
  });

  test('many watches, half of them never read, do not fill the memory', async () => {
    const session = await openHttp2(access);
    const streams = Array.from({ length: 200 }, () => {
      const stream = session.request({ ':path': `${configMaps}?watch=true` });
      stream.on('error', () => {});
      return stream;
    });
    // Half-open: nobody reads, and the window fills.
    const silent = await Promise.all(Array.from({ length: 100 }, () => openTls(access)));
    for (const socket of silent) {
      socket.on('error', () => {});
      socket.pause();
      socket.write(`GET ${configMaps}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`);
    }
    for (let index = 0; index < 60; index++)
      expect((await send(access, configMaps, post(configMap(`load-${index}`, { data: { a: 'x'.repeat(256 * 1024) } })))).code).toBe(201);
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    for (const socket of silent) socket.destroy();
    for (const stream of streams) stream.destroy();
    session.destroy();
    expect(await send(access, `${configMaps}/load-59`)).toMatchObject({ code: 200 });
  });

  test('after all of it the hub lives, ready and within bounds', async () => {
    expect(hub.process().running()).toBe(true);
    expect(await send(access, '/readyz')).toMatchObject({ code: 200, body: { message: 'ok' } });
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    expect(await hub.process().stop()).toBe(0);
    expect(hub.process().stderr()).not.toMatch(/panic|TypeError|RangeError/);
  });
});
