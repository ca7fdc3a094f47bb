import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCertificateRequest } from '../../apimachinery/x509/certificate-request.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { issuedDurationsExtension } from './issued-durations.ts';
import { createAuthority } from './key-pair.ts';

const registry = createMetricsRegistry();
let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ metrics: registry, extra: [issuedDurationsExtension(registry)] });
});
afterAll(() => server.close());

const base = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const request = base64(createCertificateRequest({ subject: { commonName: 'jane', organizations: [] } }, keys));
/** Good for two days, of which one is over. */
const { certificate } = createAuthority('any', { now: Date.now(), days: 1 });

const issue = async (name: string, asked: { signerName: string; expirationSeconds?: number }): Promise<void> => {
  const spec = { usages: ['client auth'], request, ...asked };
  const made = await server.call('POST', base, { body: { metadata: { name }, spec } });
  const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'a', message: 'b' }] };
  await server.call('PUT', `${base}/${name}/approval`, { body: { ...made.body, status } });
  for (const label of ['first', 'again']) {
    const { body } = await server.call('GET', `${base}/${name}`);
    const metadata = { ...body.metadata, annotations: { label } };
    const answer = await server.call('PUT', `${base}/${name}/status`, {
      body: { ...body, metadata, status: { ...status, ...body.status, certificate: base64(certificate) } },
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }
};

test('certificates are counted once, when their requests say a duration, and whether they have it', async () => {
  await issue('none', { signerName: 'example.com/any' });
  await issue('day', { signerName: 'example.com/any', expirationSeconds: 2 * 86_400 });
  await issue('hour', { signerName: 'kubernetes.io/kube-apiserver-client', expirationSeconds: 3600 });
  const lines = (await registry.render('prometheus')).split('\n').filter((line) => line.startsWith('apiserver_certificates_registry_'));
  expect(lines).toEqual([
    'apiserver_certificates_registry_csr_honored_duration_total{signerName="other"} 1',
    'apiserver_certificates_registry_csr_requested_duration_total{signerName="kubernetes.io/kube-apiserver-client"} 1',
    'apiserver_certificates_registry_csr_requested_duration_total{signerName="other"} 1',
  ]);
});
