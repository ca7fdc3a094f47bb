import { expect, test } from 'vitest';
import type { Store } from '../../storage/contract.ts';
import { startSecuredServer } from '../testing/secured-server.ts';

const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/view';

test('a server starts where a webhook refuses whatever is written, so that somebody can take it away', async () => {
  let kept: Store | undefined;
  const storeThrough = (store: Store): Store => (kept ??= { ...store, close: async () => {} });
  const first = await startSecuredServer({ storeThrough });
  expect((await first.call('DELETE', role)).status).toBe(200);
  const refusing = {
    name: 'broken.example.com',
    clientConfig: { url: 'https://127.0.0.1:1/' },
    rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }],
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 1,
  };
  const body = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'broken' },
    webhooks: [refusing],
  };
  expect((await first.call('POST', webhooks, { body })).status).toBe(201);
  const put = () => first.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { generateName: 'a-' } } });
  await expect.poll(async () => (await put()).status, { timeout: 4000 }).toBe(500);
  await first.close();

  const second = await startSecuredServer({ storeThrough });
  expect((await second.call('GET', role)).status).toBe(404);
  expect((await second.call('DELETE', `${webhooks}/broken`)).status).toBe(200);
  await second.close();
});
