import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { startPulse } from './support/pulse.ts';
import type { Pulse } from './support/pulse.ts';
import { openHttp2, openTls, readAccess, send } from './support/raw-http.ts';
import type { Access } from './support/raw-http.ts';

const mebibyte = 2 ** 20;
/** Loose: it starts at about 100 MiB. */
const residentLimit = 1000 * mebibyte;
/** Loose: a busy machine holds everything up. What hangs, hangs for good. */
const waitLimitMilliseconds = 10_000;
const configMaps = '/api/v1/namespaces/default/configmaps';

/** A frame of HTTP/2 (RFC 9113, 4.1). */
const frame = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};
const types = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 } as const;
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(types.settings, 0, 0)]);
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
/** GET of a path: indexed method and scheme, the rest literally (RFC 7541). */
const requestOf = (path: string): Buffer => Buffer.concat([Buffer.from([0x82, 0x87]), literal(':path', path), literal(':authority', 'x')]);

/** Waits no longer than two seconds for a peer that takes nothing. */
const pour = async (socket: Socket, chunk: Buffer, times: number): Promise<void> => {
  for (let i = 0; i < times && !socket.destroyed; i++)
    if (!socket.write(chunk))
      await new Promise((resolve) => {
        const timer = setTimeout(() => done(), 2000);
        const done = (): void => {
          clearTimeout(timer);
          socket.off('drain', done).off('close', done);
          resolve(undefined);
        };
        socket.on('drain', done).on('close', done);
      });
};

describe('connections that no client should make', () => {
  const hub = createHub();
  let access: Access;
  let pulse: Pulse;
  const sockets = new Set<Socket>();
  const keep = <S extends Socket>(socket: S): S => {
    socket.on('error', () => {});
    sockets.add(socket);
    return socket;
  };
  const rawTls = async (protocol: string): Promise<Socket> => keep(await openTls(access, protocol));

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
    const data = { a: 'x'.repeat(200_000) };
    for (let i = 0; i < 50; i++)
      await send(access, configMaps, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `big-${i}` }, data }),
      });
  });
  beforeEach(async () => {
    pulse = await startPulse(access);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await eventually(async () => expect(await send(access, `${configMaps}/big-1`)).toMatchObject({ code: 200 }));
    const [longest, resident] = [pulse.longest(), hub.process().residentBytes()];
    await pulse.stop();
    if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(`${expect.getState().currentTestName}: ${longest} ms, ${resident >> 20} MiB`);
    expect(hub.process().running()).toBe(true);
    expect(longest).toBeLessThan(waitLimitMilliseconds);
    expect(resident).toBeLessThan(residentLimit);
  });
  afterAll(async () => {
    expect(hub.process().stderr()).not.toMatch(/panic|TypeError|RangeError/);
    await hub.close();
  });

  test('rapid reset: streams reset as they are opened', async () => {
    const socket = await rawTls('h2');
    socket.resume();
    socket.write(preface);
    const path = requestOf(configMaps);
    const burst = Array.from({ length: 500 }, (_, i) => {
      const stream = 2 * i + 1;
      return Buffer.concat([frame(types.headers, 0x5, stream, path), frame(types.reset, 0, stream, Buffer.from([0, 0, 0, 8]))]);
    });
    await pour(socket, Buffer.concat(burst), 1);
    for (let round = 1; round < 40 && !socket.destroyed; round++) {
      const next = burst.map((_, i) => {
        const stream = 2 * (round * 500 + i) + 1;
        return Buffer.concat([frame(types.headers, 0x5, stream, path), frame(types.reset, 0, stream, Buffer.from([0, 0, 0, 8]))]);
      });
      await pour(socket, Buffer.concat(next), 1);
    }
  });

  test('more streams than are allowed, all of lists, never read', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openHttp2(access, { initialWindowSize: 0 })));
    for (const session of sessions) for (let i = 0; i < 1000; i++) session.request({ ':path': configMaps }).on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    for (const session of sessions) session.destroy();
  });

  test('a thousand watches that take nothing, and hang up at once', async () => {
    const sessions = await Promise.all(Array.from({ length: 5 }, () => openHttp2(access, { initialWindowSize: 0 })));
    let begun = 0;
    const settled = (): number => begun++;
    for (const session of sessions)
      for (let i = 0; i < 200; i++)
        session
          .request({ ':path': `${configMaps}?watch=true` })
          .on('error', settled)
          .on('response', settled);
    await expect.poll(() => begun, { timeout: 60_000 }).toBeGreaterThan(500);
    for (const session of sessions) session.destroy();
  });

  test('bodies a byte at a time', async () => {
    const socket = await rawTls('h2');
    socket.resume();
    const head = Buffer.concat([Buffer.from([0x83, 0x87]), literal(':path', configMaps), literal(':authority', 'x')]);
    socket.write(Buffer.concat([preface, frame(types.headers, 0x4, 1, head)]));
    const bytes = Array.from({ length: 10_000 }, () => frame(types.data, 0, 1, Buffer.from(' ')));
    await pour(socket, Buffer.concat(bytes), 50);
  });

  test('headers that never end: CONTINUATION after CONTINUATION', async () => {
    const socket = await rawTls('h2');
    socket.resume();
    socket.write(Buffer.concat([preface, frame(types.headers, 0x1, 1, requestOf(configMaps))]));
    const more = frame(types.continuation, 0, 1, Buffer.concat(Array.from({ length: 100 }, () => literal('x-a', 'y'.repeat(100)))));
    await pour(socket, more, 5000);
    await eventually(() => expect(socket.destroyed).toBe(true));
  });

  test.each([
    ['settings', frame(types.settings, 0, 0, Buffer.from([0, 4, 0, 1, 0, 0]))],
    ['pings', frame(types.ping, 0, 0, Buffer.alloc(8))],
    ['empty data', frame(types.data, 0, 1)],
    ['priorities', frame(types.priority, 0, 3, Buffer.from([0, 0, 0, 1, 255]))],
    ['window updates', frame(types.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['unknown frames', frame(0xee, 0, 0, Buffer.alloc(1000))],
  ])('a flood of %s, whose answers are not read', async (_, flood) => {
    const socket = await rawTls('h2');
    socket.pause();
    socket.write(Buffer.concat([preface, frame(types.headers, 0x4, 1, requestOf(configMaps))]));
    await pour(socket, Buffer.concat(Array.from({ length: 500 }, () => flood)), 200);
  });

  test('a stalled window: lists and watches that nobody takes', async () => {
    const session = await openHttp2(access, { initialWindowSize: 0 });
    for (let i = 0; i < 40; i++) {
      const stream = session.request({ ':path': i % 2 === 0 ? `${configMaps}?watch=true` : configMaps });
      stream.on('error', () => {});
    }
    for (let i = 0; i < 30; i++)
      await send(access, `${configMaps}/big-${i}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ data: { b: String(Math.random()) } }),
      });
    session.destroy();
  });

  test('hundreds of connections that say nothing, and handshakes that stop', async () => {
    const idle = await Promise.all(Array.from({ length: 60 }, (_, i) => rawTls(i % 2 === 0 ? 'h2' : 'http/1.1')));
    const silent = Array.from({ length: 500 }, () => keep(connectTcp(Number(access.url.port), access.url.hostname)));
    for (const socket of silent) socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 252]));
    // Half closed: what is still to be said has nobody to hear it.
    for (const socket of idle.slice(0, 20)) socket.end(`GET ${configMaps} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await send(access, `${configMaps}/big-1`)).toMatchObject({ code: 200 });
  });

  test('HTTP/1.1 a byte at a time, half a handshake, and nothing at all', async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, () => rawTls('http/1.1')));
    for (const socket of slow) socket.write(`GET ${configMaps} HTTP/1.1\r\nHost: x\r\nX-Slow: `);
    const silent = Array.from({ length: 200 }, () => keep(connectTcp(Number(access.url.port), access.url.hostname)));
    for (const [i, socket] of silent.entries()) if (i % 2 === 0) socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1]));
    for (let i = 0; i < 20; i++) {
      for (const socket of slow) socket.write('a');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test.each([
    ['two lengths', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
    [
      'a length and chunks',
      `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`,
    ],
    ['a chunk size that is none', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`],
    ['a coding nobody knows', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a bare line feed', `GET ${configMaps} HTTP/1.1\nHost: x\nX: y\n\n`],
    ['a folded header', `GET ${configMaps} HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n`],
    ['a space before the colon', `GET ${configMaps} HTTP/1.1\r\nHost : x\r\n\r\n`],
    [
      'an upgrade nobody offers',
      `GET ${configMaps} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n`,
    ],
    ['a tunnel', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an absolute form', `GET http://127.0.0.1:22/ HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no host', `GET ${configMaps}/big-1 HTTP/1.1\r\n\r\n`],
    ['expectations', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999999999\r\n\r\n`],
    ['a negative length', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`],
    ['a path with a null', `GET ${configMaps}/%00 HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a path that is none', 'GET configmaps HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a long path', `GET /${'a/'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('%s over HTTP/1.1 is answered below 500, or the connection ends', async (_, text) => {
    const socket = await rawTls('http/1.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.write(text);
    await eventually(() => expect(socket.destroyed || /^HTTP\/1\.1 [1-4]\d\d/.test(answer)).toBe(true));
    expect(answer).not.toMatch(/HTTP\/1\.1 5\d\d/);
    expect(answer).not.toContain('smuggled');
  });

  test('pipelined requests are answered in their order, a flood of them too', async () => {
    const socket = await rawTls('http/1.1');
    let answers = 0;
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString('latin1').split('HTTP/1.1 200').length - 1));
    const one = Buffer.from('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await pour(socket, Buffer.concat(Array.from({ length: 500 }, () => one)), 1);
    await eventually(() => expect(answers).toBe(500));
  });

  test('pipelined lists that nobody reads', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => rawTls('http/1.1')));
    const one = Buffer.from(`GET ${configMaps} HTTP/1.1\r\nHost: x\r\n\r\n`);
    for (const socket of many) {
      socket.pause();
      await pour(socket, Buffer.concat(Array.from({ length: 100 }, () => one)), 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
  });

  test('a thousand headers, and large ones over HTTP/2', async () => {
    const session = await openHttp2(access);
    const ended = new Promise((resolve) => {
      const stream = session.request({
        ':path': configMaps,
        ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, 'y'.repeat(1000)])),
      });
      stream.on('error', resolve).on('response', resolve).on('close', resolve).resume();
    });
    await ended;
    session.destroy();
    const answer = await send(access, configMaps, { headers: Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`x-${i}`, 'y'])) });
    expect(answer.code).toBeLessThan(500);
  });
});
