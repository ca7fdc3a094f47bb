import { expect, test } from 'vitest';
import type { ApiRequest } from '../http/exchange.ts';
import { json } from '../http/respond.ts';
import { inPlainForm } from './plain-form.ts';

const answered = (accept: string | undefined, query: string): { type: unknown; text: string } => {
  const request = { headers: { accept } } as unknown as ApiRequest;
  const answer = inPlainForm({ request, query: new URLSearchParams(query) }, json(200, { kind: 'APIVersions', apiVersion: 'v1' }));
  return { type: answer.headers['content-type'], text: Buffer.from(answer.body as Uint8Array).toString() };
};

test.each([
  [undefined, '', 'application/json', '{"kind":"APIVersions","apiVersion":"v1"}'],
  ['application/json', 'pretty=1', 'application/json', '{\n  "kind": "APIVersions",\n  "apiVersion": "v1"\n}'],
  ['application/yaml', '', 'application/yaml', 'apiVersion: v1\nkind: APIVersions'],
  [
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/yaml',
    '',
    'application/json',
    '{"kind":"APIVersions","apiVersion":"v1"}',
  ],
])('Accept %s with %j', (accept, query, type, text) => {
  const answer = answered(accept, query);
  expect(answer.type).toBe(type);
  expect(answer.text.trim()).toBe(text);
});
