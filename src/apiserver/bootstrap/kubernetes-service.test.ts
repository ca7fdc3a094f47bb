import { expect, test } from 'vitest';
import type { ServerContext } from '../extension.ts';
import { startTestServer } from '../testing/test-server.ts';
import { restoreKubernetesService } from './kubernetes-service.ts';

test('the Service of the API server comes back when it was deleted, and is left alone while it is there', async () => {
  let context: ServerContext | undefined;
  const capture = (given: ServerContext) => {
    context = given;
    return { name: 'capture' };
  };
  const { server, call } = await startTestServer({ extensions: [capture] });
  const { api } = context ?? {};
  if (!api) throw new Error('no context');
  const path = '/api/v1/namespaces/default/services/kubernetes';
  await restoreKubernetesService(api, '10.96.0.0/16', 7443);
  expect((await call('GET', path)).body['spec']).toMatchObject({ ports: [{ port: 443, targetPort: 7443 }] });
  await restoreKubernetesService(api, '10.96.0.0/16', 8443);
  expect((await call('GET', path)).body['spec']).toMatchObject({ ports: [{ targetPort: 7443 }] });
  expect((await call('DELETE', path)).status).toBe(200);
  await restoreKubernetesService(api, '10.96.0.0/16', 8443);
  expect((await call('GET', path)).body['spec']).toMatchObject({ ports: [{ targetPort: 8443 }] });
  await server.close();
});
