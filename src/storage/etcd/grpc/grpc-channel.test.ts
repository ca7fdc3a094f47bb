import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrameReader, frame } from './frames.ts';
import { GrpcChannel } from './grpc-channel.ts';

type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Answers with these messages and this status, as grpc-go does. */
const answer = (stream: ServerHttp2Stream, messages: readonly string[], status: Record<string, string> = { 'grpc-status': '0' }): void => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  stream.end(Buffer.concat(messages.map((message) => frame(Buffer.from(message)))));
};

describe('a channel', () => {
  let server: Http2Server;
  let handle: Handler;
  let channel: GrpcChannel;
  const call = (timeoutMilliseconds = 5000): Promise<string> =>
    channel.unary('a.Service/Method', Buffer.from('question'), { timeoutMilliseconds, metadata: { token: 'abc' } }).then(String);

  beforeEach(async () => {
    server = createServer();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      handle(stream, headers);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    channel = new GrpcChannel(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    channel.close();
    server.close();
  });

  test('sends method, metadata and message, and answers with the message that comes back', async () => {
    handle = (stream, headers) => {
      const reader = new FrameReader();
      stream.on('data', (chunk: Buffer) => {
        const [question] = reader.push(chunk);
        answer(stream, [`${headers[':path']} ${headers['token']} ${headers['content-type']} ${question}`]);
      });
    };
    expect(await call()).toBe('/a.Service/Method abc application/grpc question');
  });

  test.each([
    ['in trailers', (stream: ServerHttp2Stream) => answer(stream, [], { 'grpc-status': '11', 'grpc-message': 'etcdserver: 100%25 gone' })],
    [
      'instead of an answer',
      (stream: ServerHttp2Stream) =>
        stream.respond({ ':status': 200, 'grpc-status': '11', 'grpc-message': 'etcdserver: 100%25 gone' }, { endStream: true }),
    ],
  ])('a status %s is an error with its code and words', async (_, handler) => {
    handle = handler;
    await expect(call()).rejects.toMatchObject({ code: 11, details: 'etcdserver: 100% gone', sent: true });
  });

  test('no answer in time is an error, and the server hears that nobody waits any more', async () => {
    const closed = new Promise<number | undefined>((resolve) => (handle = (stream) => stream.on('close', () => resolve(stream.rstCode))));
    await expect(call(50)).rejects.toMatchObject({ code: 4 });
    expect(await closed).toBe(8);
  });

  test.each([
    ['refused', (stream: ServerHttp2Stream) => stream.close(7), false],
    ['cut off', (stream: ServerHttp2Stream) => stream.session?.destroy(), true],
    ['no gRPC', (stream: ServerHttp2Stream) => stream.respond({ ':status': 404 }, { endStream: true }), false],
  ])('%s: unavailable, and whether the server may have acted', async (_, handler, sent) => {
    handle = handler;
    await expect(call()).rejects.toMatchObject({ code: 14, sent });
  });

  test('nobody listening: unavailable, not sent; a lost connection is made again', async () => {
    handle = (stream) => stream.session?.destroy();
    await expect(call()).rejects.toMatchObject({ code: 14 });
    handle = (stream) => answer(stream, ['again']);
    expect(await call()).toBe('again');
    const nobody = new GrpcChannel('http://127.0.0.1:1');
    await expect(nobody.unary('a/b', Buffer.alloc(0), { timeoutMilliseconds: 1000 })).rejects.toMatchObject({ code: 14, sent: false });
    nobody.close();
  });

  test('after a GOAWAY what is under way ends, and what is new takes another connection', async () => {
    const waiting: ServerHttp2Stream[] = [];
    handle = (stream) => {
      waiting.push(stream);
      stream.session?.goaway();
    };
    const first = call();
    await expect.poll(() => waiting.length).toBe(1);
    const [stream] = waiting;
    handle = (other) => answer(other, ['second']);
    await expect.poll(() => call().catch(() => 'lost')).toBe('second');
    if (stream) answer(stream, ['first']);
    expect(await first).toBe('first');
  });

  test('a stream goes both ways until it ends with a status', async () => {
    handle = (stream) => {
      const reader = new FrameReader();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '14', 'grpc-message': 'no leader' }));
      stream.on('data', (chunk: Buffer) => {
        for (const message of reader.push(chunk))
          if (message.toString() === 'end') stream.end();
          else stream.write(frame(message));
      });
    };
    const stream = await channel.stream('a.Service/Both');
    stream.write(Buffer.from('one'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const message of stream.messages()) {
        seen.push(message.toString());
        stream.write(Buffer.from(seen.length === 1 ? 'two' : 'end'));
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 14, details: 'no leader' });
    expect(seen).toEqual(['one', 'two']);
    stream.write(Buffer.from('too late'));
  });
});
