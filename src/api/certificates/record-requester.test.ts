import { expect, test } from 'vitest';
import { recordRequester } from './record-requester.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

test('a request says who made it, whatever the client claims', () => {
  const request: CertificateSigningRequest = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r' },
    spec: { request: '', signerName: 'a.b/c', username: 'root', uid: '0', groups: ['system:masters'], extra: { scopes: ['all'] } },
  };
  recordRequester(request, { username: 'jane', groups: ['devs'] });
  expect(request.spec).toEqual({ request: '', signerName: 'a.b/c', username: 'jane', groups: ['devs'] });
});
