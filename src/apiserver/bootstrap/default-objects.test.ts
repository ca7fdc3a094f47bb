import { expect, test } from 'vitest';
import type { ServerContext } from '../extension.ts';
import { startTestServer } from '../testing/test-server.ts';
import { ensureFlowControlObjects } from './default-objects.ts';

const group = '/apis/flowcontrol.apiserver.k8s.io/v1';

test('flow schemas and priority levels that somebody deleted come back; what an administrator made of them stays', async () => {
  let context: ServerContext | undefined;
  const capture = (given: ServerContext) => {
    context = given;
    return { name: 'capture' };
  };
  const { server, call } = await startTestServer({ extensions: [capture] });
  const { api } = context ?? {};
  if (!api) throw new Error('no context');
  await ensureFlowControlObjects(api);
  const before = await call('GET', `${group}/flowschemas`);
  expect(before.body.items.length).toBeGreaterThan(10);
  await call('DELETE', `${group}/flowschemas/catch-all`);
  await call('DELETE', `${group}/prioritylevelconfigurations/exempt`);
  const path = `${group}/flowschemas/global-default`;
  const headers = { 'content-type': 'application/merge-patch+json' };
  await call('PATCH', path, {
    headers,
    body: { metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'false' } }, spec: { matchingPrecedence: 77 } },
  });
  await expect
    .poll(async () => {
      await ensureFlowControlObjects(api);
      return [await call('GET', `${group}/flowschemas/catch-all`), await call('GET', `${group}/prioritylevelconfigurations/exempt`)];
    })
    .toMatchObject([{ status: 200 }, { status: 200 }]);
  expect((await call('GET', path)).body['spec']).toMatchObject({ matchingPrecedence: 77 });
  await server.close();
});
