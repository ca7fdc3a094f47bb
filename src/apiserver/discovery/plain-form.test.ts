import { expect, test } from 'vitest';
import { decodeProtobuf } from '../../api/protobuf.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { json } from '../http/respond.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { inPlainForm } from './plain-form.ts';

const answered = (format: OutputForm['format'], query: string) => {
  const request = { headers: {} } as unknown as ApiRequest;
  const document = { kind: 'APIVersions', apiVersion: 'v1', versions: ['v1'] };
  const answer = inPlainForm({ request, query: new URLSearchParams(query) }, json(200, document), format);
  return { type: answer.headers['content-type'], body: Buffer.from(answer.body as Uint8Array) };
};

test.each<[OutputForm['format'], string, string, string]>([
  ['json', '', 'application/json', '{"kind":"APIVersions","apiVersion":"v1","versions":["v1"]}'],
  ['json', 'pretty=1', 'application/json', '{\n  "kind": "APIVersions",\n  "apiVersion": "v1",\n  "versions": [\n    "v1"\n  ]\n}'],
  ['yaml', '', 'application/yaml', 'apiVersion: v1\nkind: APIVersions\nversions:\n- v1'],
])('%s with %j', (format, query, type, text) => {
  const answer = answered(format, query);
  expect(answer.type).toBe(type);
  expect(answer.body.toString().trim()).toBe(text);
});

test('protobuf', () => {
  const { type, body } = answered('protobuf', '');
  expect(type).toBe('application/vnd.kubernetes.protobuf');
  expect(decodeProtobuf(body).object).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
});
