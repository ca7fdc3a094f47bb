import { afterEach, expect, test } from 'vitest';
import { type TestServer, startTestServer } from '../testing/test-server.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { healthExtension } from './extension.ts';

let server: TestServer | undefined;
afterEach(() => server?.server.close());

test('a room that has not started is named under kube-apiserver’s hooks, and the results are indicators', async () => {
  let early = '';
  const openapi: ServerExtensionFactory = () => ({ name: 'openapi' });
  const bootstrap: ServerExtensionFactory = ({ handle }) => ({
    name: 'bootstrap',
    start: async () => {
      const { body } = await handle({
        method: 'GET',
        url: '/readyz?verbose',
        headers: {},
        body: async () => new Uint8Array(),
        signal: new AbortController().signal,
        user: { username: 'probe', groups: [] },
        remoteAddress: 'in-process',
      });
      early = Buffer.from(body as Uint8Array).toString();
    },
  });
  server = await startTestServer({ extensions: [openapi, bootstrap, healthExtension] });
  const read = async (path: string): Promise<string> => (await server?.call('GET', path))?.bytes.toString() ?? '';
  expect(early).toContain('[+]poststarthook/apiservice-openapi-controller ok\n');
  expect(early).toContain('[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\n');
  expect(early).toContain('[-]informer-sync failed: reason withheld\n');
  expect(await read('/readyz')).toBe('ok');
  expect(await read('/livez?verbose')).toBe(
    [
      '[+]ping ok',
      '[+]log ok',
      '[+]etcd ok',
      '[+]poststarthook/apiservice-openapi-controller ok',
      '[+]poststarthook/apiservice-openapiv3-controller ok',
      '[+]poststarthook/start-system-namespaces-controller ok',
      '[+]poststarthook/start-cluster-authentication-info-controller ok',
      '[+]poststarthook/start-kube-apiserver-identity-lease-controller ok',
      '[+]poststarthook/start-kube-apiserver-identity-lease-garbage-collector ok',
      '[+]poststarthook/start-legacy-token-tracking-controller ok',
      '[+]poststarthook/rbac/bootstrap-roles ok',
      '[+]poststarthook/scheduling/bootstrap-system-priority-classes ok',
      '[+]poststarthook/bootstrap-controller ok',
      'livez check passed',
      '',
    ].join('\n'),
  );
  const indicators = await read('/metrics/slis');
  expect(indicators).toContain('kubernetes_healthcheck{name="poststarthook/bootstrap-controller",type="readyz"} 1\n');
  expect(indicators).toContain('kubernetes_healthchecks_total{name="poststarthook/bootstrap-controller",status="error",type="readyz"} 1\n');
  expect(indicators).toContain('kubernetes_healthchecks_total{name="log",status="success",type="livez"} 1\n');
});
