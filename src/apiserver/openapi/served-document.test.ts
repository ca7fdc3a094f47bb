import { expect, test } from 'vitest';
import { startTestServer } from '../testing/test-server.ts';
import { openApiExtension } from './extension.ts';
import { modifiedAfter } from './served-document.ts';

const server = await startTestServer({ extensions: [openApiExtension()] });
const call = async (path: string, headers: Record<string, string> = {}, method = 'GET') => server.call(method, path, { headers });

test.each(['/openapi/v2', '/openapi/v3/apis/apps/v1'])('%s is served once to who keeps it', async (path) => {
  const { status, headers } = await call(path);
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-type': 'application/json' });
  const [etag, modified] = [String(headers['etag']), String(headers['last-modified'])];
  for (const has of [etag, `"x", W/${etag}`, '*']) expect((await call(path, { 'if-none-match': has })).status).toBe(304);
  expect((await call(path, { 'if-none-match': '"x"', 'if-modified-since': modified })).status).toBe(200);
  expect((await call(path, { 'if-modified-since': modified })).status).toBe(304);
  expect((await call(path, { 'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).status).toBe(200);
});

test.each<[string, string, Record<string, string>, number, string]>([
  ['OPTIONS', '/openapi/v3/apis/apps/v1', {}, 200, 'application/json'],
  ['POST', '/openapi/v2', { accept: '*' }, 200, 'application/json'],
  ['GET', '/openapi/v3', {}, 200, 'text/plain; charset=utf-8'],
  ['GET', '/openapi/v2', { accept: 'text/html' }, 406, ''],
  ['GET', '/openapi/v3/', {}, 404, ''],
  ['GET', '/openapi/v3/apis/absent', {}, 404, ''],
])('%s %s %j', async (method, path, given, code, type) => {
  const { status, headers } = await call(path, given, method);
  expect([status, headers['content-type'] ?? '']).toEqual([code, type]);
});

test('a part of a document, and a document that has changed meanwhile', async () => {
  // The one that does not call itself JSON, which the test's client would parse.
  const [path, tagged] = ['/openapi/v3', '/openapi/v3/apis/apps/v1'];
  const { headers: whole } = await call(path);
  const part = await call(path, { range: 'bytes=0-4' });
  expect([part.status, part.headers['content-range']]).toEqual([206, expect.stringMatching(/^bytes 0-4\/\d+$/)]);
  expect((await call(path, { range: 'bytes=0-4', 'if-range': '"x"' })).status).toBe(200);
  expect((await call(path, { range: 'bytes=0-4', 'if-range': String(whole['last-modified']) })).status).toBe(206);
  expect((await call(path, { range: 'bytes=999999999-' })).headers['content-range']).toMatch(/^bytes \*\//);
  expect((await call(path, { range: 'bytes=3-1' })).status).toBe(416);
  for (const lost of [{ 'if-match': '"x"' }, { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }])
    expect((await call(path, lost)).status).toBe(412);
  const { headers } = await call(tagged);
  expect((await call(tagged, { 'if-match': String(headers['etag']) })).status).toBe(200);
});

test('a large document is compressed for who takes it', async () => {
  const packed = async (encoding: string) => (await call('/openapi/v2', { 'accept-encoding': encoding })).headers;
  expect(await packed('deflate, gzip;q=0.5')).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding, Accept' });
  expect((await packed('gzip;q=0'))['content-encoding']).toBeUndefined();
});

test('each change of a document has a second of its own', () => {
  expect(modifiedAfter(undefined, 5300)).toBe(5300);
  expect([modifiedAfter(5300, 5400), modifiedAfter(6000, 5500), modifiedAfter(5300, 9900)]).toEqual([6000, 7000, 9900]);
});
