import { connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../../certificates/key-pair.ts';
import type { ApiHandler } from '../../http/exchange.ts';
import { listen, type Listener } from '../listen.ts';
import { errorCode, frame, frameFlag, frameType, headBytes, maxWindow, numberFrame, preface, settingsFrame } from './frames.ts';

const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }, term, authority);
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Says what it was asked, and how large the body was; `/large` answers with much. */
const handler: ApiHandler = async ({ method, url, headers, body }) => {
  const answer =
    url === '/large' ? Buffer.alloc(3 * 2 ** 20, 'x') : Buffer.from(JSON.stringify({ method, url, headers, size: (await body()).length }));
  return { status: 200, headers: { 'content-type': 'application/json', warning: ['299 - "one"', '299 - "two\nĊ"'] }, body: answer };
};

let listener: Listener;
beforeAll(async () => {
  listener = await listen(handler, { host: '127.0.0.1', port: 0, serving, clientAuthorities: [], log });
});
afterAll(() => listener.close({ graceMilliseconds: 0 }));

/** GET / of a server, without Huffman code or tables. */
const get = Buffer.from([0x82, 0x87, 0x84]);
const post = Buffer.from([0x83, 0x87, 0x84]);
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
const headers = (block: Uint8Array, { stream = 1, flags = frameFlag.endHeaders | (frameFlag.endStream as number) } = {}): Buffer =>
  frame(frameType.headers, flags, stream, block);
const data = (text: string, { stream = 1, flags = frameFlag.endStream as number } = {}): Buffer =>
  frame(frameType.data, flags, stream, Buffer.from(text));
const open = frameFlag.endHeaders;
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const dial = async (): Promise<TLSSocket> => {
  const socket = connect({ host: '127.0.0.1', port: listener.port, ca: authority.certificate, ALPNProtocols: ['h2'] });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return socket;
};

/** Sends what is given after the settings, and tells how the server ends the connection or the stream. */
const ending = async (bytes: readonly Uint8Array[], begin: readonly Uint8Array[] = [preface, settingsFrame([])]): Promise<string> => {
  const socket = await dial();
  let got = Buffer.alloc(0);
  const seen = new Promise<string>((resolve) => {
    socket.on('close', () => resolve('closed'));
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      for (let at = 0; at + headBytes <= got.length; at += headBytes + got.readUIntBE(at, 3)) {
        const payload = got.subarray(at + headBytes, at + headBytes + got.readUIntBE(at, 3));
        const code = (offset: number): string =>
          Object.entries(errorCode).find(([, value]) => value === payload.readUInt32BE(offset))?.[0] ?? '';
        if (got[at + 3] === frameType.goAway && payload.length >= 8) resolve(`connection: ${code(4)}`);
        if (got[at + 3] === frameType.reset && payload.length >= 4) resolve(`stream: ${code(0)}`);
        if (got[at + 3] === frameType.data) resolve('answered');
      }
    });
  });
  socket.write(Buffer.concat([...begin, ...bytes]));
  const how = await seen;
  socket.destroy();
  return how;
};

test.each<[string, string, Uint8Array[]]>([
  ['a request', 'answered', [headers(get)]],
  [
    'a request with a body in padded pieces',
    'answered',
    [headers(post, { flags: open }), frame(frameType.data, frameFlag.padded, 1, Buffer.from('\u0002{}xx')), data('')],
  ],
  [
    'headers in several frames',
    'answered',
    [headers(get.subarray(0, 1), { flags: frameFlag.endStream }), frame(frameType.continuation, open, 1, get.subarray(1))],
  ],
  ['headers with a priority', 'answered', [headers(Buffer.concat([number(0), Buffer.from([1]), get]), { flags: 0x25 })]],
  ['trailers', 'answered', [headers(post, { flags: open }), data('{}', { flags: 0 }), headers(literal('checksum', '1'))]],
  ['frames of unknown types', 'answered', [frame(99, 0, 0, Buffer.alloc(8)), headers(get)]],
  ['an even stream', 'connection: protocol', [headers(get, { stream: 2 })]],
  [
    'a stream that was closed',
    'connection: streamClosed',
    [headers(get, { stream: 3 }), frame(frameType.reset, 0, 3, number(8)), headers(get, { stream: 1 })],
  ],
  ['data without a stream', 'connection: protocol', [data('x', { stream: 7 })]],
  ['data after the end', 'stream: streamClosed', [headers(post, { flags: open }), data('{}'), data('{}')]],
  [
    'more data than content-length says',
    'stream: protocol',
    [headers(Buffer.concat([post, literal('content-length', '1')]), { flags: open }), data('{}')],
  ],
  [
    'less data than content-length says',
    'stream: protocol',
    [headers(Buffer.concat([post, literal('content-length', '9')]), { flags: open }), data('{}')],
  ],
  [
    'padding longer than the frame',
    'connection: protocol',
    [headers(post, { flags: open }), frame(frameType.data, frameFlag.padded, 1, Buffer.from([9, 1]))],
  ],
  ['something between headers', 'connection: protocol', [headers(get, { flags: 0 }), data('x')]],
  ['a continuation of nothing', 'connection: protocol', [frame(frameType.continuation, open, 1, get)]],
  [
    'headers that never end',
    'connection: enhanceYourCalm',
    [headers(get, { flags: 0 }), ...Array.from({ length: 100 }, () => frame(frameType.continuation, 0, 1, Buffer.alloc(0)))],
  ],
  ['no path', 'stream: protocol', [headers(get.subarray(0, 2))]],
  ['a method twice', 'stream: protocol', [headers(Buffer.concat([get, Buffer.from([0x82])]))]],
  ['a method after other headers', 'stream: protocol', [headers(Buffer.concat([literal('a', 'b'), get]))]],
  ['a name in capitals', 'stream: protocol', [headers(Buffer.concat([get, literal('Accept', 'x')]))]],
  ['a header of HTTP/1.1', 'stream: protocol', [headers(Buffer.concat([get, literal('connection', 'close')]))]],
  ['a value that ends a line', 'stream: protocol', [headers(Buffer.concat([get, literal('a', 'b\r\nc: d')]))]],
  ['an entry that no table has', 'connection: compression', [headers(Buffer.from([0xc6]))]],
  ['a table larger than agreed', 'connection: compression', [headers(Buffer.concat([Buffer.from([0x3f, 0xff, 0xff, 0x7f]), get]))]],
  [
    'Huffman code that is none',
    'connection: compression',
    [headers(Buffer.concat([get, Buffer.from([0, 0x84, 0xff, 0xff, 0xff, 0xff, 0])]))],
  ],
  ['a header cut short', 'connection: compression', [headers(Buffer.concat([get, Buffer.from([0, 5, 97])]))]],
  ['a number without end', 'connection: compression', [headers(Buffer.concat([get, Buffer.alloc(20, 0xff)]))]],
  ['a ping of a wrong size', 'connection: frameSize', [frame(frameType.ping, 0, 0, Buffer.alloc(7))]],
  ['a ping of a stream', 'connection: protocol', [frame(frameType.ping, 0, 1, Buffer.alloc(8))]],
  ['settings of a wrong size', 'connection: frameSize', [frame(frameType.settings, 0, 0, Buffer.alloc(5))]],
  ['a window that is too large', 'connection: flowControl', [settingsFrame([[4, 2 ** 31]])]],
  ['a window that grows too large', 'connection: flowControl', [numberFrame(frameType.windowUpdate, 0, maxWindow)]],
  ['a window that grows by nothing', 'connection: protocol', [numberFrame(frameType.windowUpdate, 0, 0)]],
  ['a reset of a stream that never was', 'connection: protocol', [numberFrame(frameType.reset, 5, 8)]],
  ['a stream that depends on itself', 'stream: protocol', [frame(frameType.priority, 0, 1, Buffer.concat([number(1), Buffer.from([1])]))]],
  ['a push', 'connection: protocol', [frame(frameType.pushPromise, 0, 1, number(2))]],
  ['a frame that is too large', 'connection: frameSize', [frame(frameType.ping, 0, 0, Buffer.alloc(20_000))]],
  [
    'pings without end',
    'connection: enhanceYourCalm',
    [Buffer.concat(Array.from({ length: 10_002 }, () => frame(frameType.ping, 0, 0, Buffer.alloc(8))))],
  ],
  [
    'streams reset on and on',
    'connection: enhanceYourCalm',
    Array.from({ length: 1002 }, (_, i) =>
      Buffer.concat([headers(post, { stream: 2 * i + 1, flags: open }), numberFrame(frameType.reset, 2 * i + 1, 8)]),
    ),
  ],
])('%s: %s', async (_name, expected, bytes) => {
  expect(await ending(bytes)).toBe(expected);
});

test('something else than HTTP/2, and no settings', async () => {
  expect(await ending([Buffer.from('GET / HTTP/1.1\r\n\r\n')], [])).toBe('connection: protocol');
  expect(await ending([headers(get)], [preface])).toBe('connection: protocol');
});

const exchange = (path: string, own: Record<string, string>, body?: Buffer): Promise<{ warnings: unknown; body: string }> =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(listener.url, { ca: authority.certificate });
    const stream = session.request({ ':path': path, ':method': body ? 'POST' : 'GET', ...own });
    let text = '';
    let warnings: unknown;
    stream.on('response', (answer) => (warnings = answer['warning']));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    stream.on('end', () => {
      session.close();
      resolve({ warnings, body: text });
    });
    stream.on('error', reject);
    stream.end(body);
  });

test('a connection that nobody uses is closed, not for a mistake', async () => {
  const brief = await listen(handler, { host: '127.0.0.1', port: 0, serving, clientAuthorities: [], log, idleMilliseconds: 1 });
  const session = connectHttp2(brief.url, { ca: authority.certificate });
  const code = await new Promise((resolve) => session.once('goaway', resolve));
  await new Promise((resolve) => session.once('close', resolve));
  await brief.close();
  expect(code).toBe(errorCode.none);
});

test('large answers and bodies go through windows and frames whole', async () => {
  expect((await exchange('/large', {})).body.length).toBe(3 * 2 ** 20);
  expect(JSON.parse((await exchange('/', {}, Buffer.alloc(2 ** 21))).body)).toMatchObject({ size: 2 ** 21 });
});

test('headers of answers have no line ends, and several values', async () => {
  expect((await exchange('/', {})).warnings).toBe('299 - "one", 299 - "two Ä\u008a"');
});

test('whatever headers another implementation sends, it sends as they are: tables, evictions, Huffman code', async () => {
  const session = connectHttp2(listener.url, { ca: authority.certificate });
  const ask = (own: Record<string, string>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':path': '/', ...own });
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => resolve((JSON.parse(text) as { headers: unknown }).headers));
      stream.on('error', reject);
    });
  const name = fc.stringMatching(/^x-[a-z0-9-]{1,30}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,1500}[!-~])?$/);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 12, noNullPrototype: true }), async (own) => {
      expect(await ask(own)).toMatchObject(own);
    }),
  );
  session.close();
});
