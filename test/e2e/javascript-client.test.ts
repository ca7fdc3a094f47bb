import { AppsV1Api, CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet } from './support/fleet.ts';

// The official JavaScript client against a member.
const fleet = createFleet(['--members', 'east', '--nodes-per-member', '1']);
const config = new KubeConfig();

beforeAll(async () => {
  const { kubeconfig } = await fleet.up();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext('east');
});

afterAll(() => fleet.close());

test('creates, reads, watches and deletes', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const seen: string[] = [];
  // From a version: whenever the watch begins, it sees what comes after.
  const resourceVersion = (await core.listNamespacedConfigMap({ namespace: 'default' })).metadata?.resourceVersion;
  const ended = new AbortController();
  const deleted = new Promise<void>((resolve, reject) => {
    const watching = new Watch(config).watch(
      '/api/v1/namespaces/default/configmaps',
      { fieldSelector: 'metadata.name=from-js', resourceVersion },
      (type) => {
        seen.push(type);
        if (type === 'DELETED') resolve();
      },
      (error) => (error && !ended.signal.aborted ? reject(error as Error) : resolve()),
    );
    void watching.then(async (controller) => {
      ended.signal.addEventListener('abort', () => controller.abort());
      await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'from-js' }, data: { a: '1' } } });
      await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'from-js' });
    }, reject);
  });
  await deleted;
  ended.abort();
  expect(seen).toEqual(['ADDED', 'DELETED']);
  await expect(core.readNamespacedConfigMap({ namespace: 'default', name: 'from-js' })).rejects.toMatchObject({ code: 404 });
});

test('a Deployment it makes becomes available', async () => {
  const apps = config.makeApiClient(AppsV1Api);
  const labels = { app: 'js' };
  await apps.createNamespacedDeployment({
    namespace: 'default',
    body: {
      metadata: { name: 'js' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a:1' }] } },
      },
    },
  });
  const read = () => apps.readNamespacedDeployment({ namespace: 'default', name: 'js' });
  await expect.poll(async () => (await read()).status?.availableReplicas, { timeout: 30_000 }).toBe(2);
});
