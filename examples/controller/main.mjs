// A controller in forty lines: every ConfigMap labelled `greet=true` gets a Secret with a greeting, put back when it is changed or deleted.
// Run it against any cluster:  KUBECONFIG=.causeway/kubeconfig node examples/controller/main.mjs
import { createClient, createHttpTransport, readKubeconfig, targetOfKubeconfig } from 'causeway/client';
import { createManager, watch, watchOwned } from 'causeway/controller-runtime';

const configMaps = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true };
const secrets = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };

const log = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, (message, fields) => console.log(level, message, fields ?? '')]));
const { transport } = await targetOfKubeconfig(await readKubeconfig());
const client = createClient(createHttpTransport(transport), { userAgent: 'greeter' });
const manager = createManager({
  client,
  log: { ...log, debug: () => undefined },
  component: 'greeter',
  leaderElection: { name: 'greeter', namespace: 'default', identity: `greeter-${process.pid}` },
});
const sources = manager.informer(configMaps, { labelSelector: 'greet=true' });
const greetings = manager.informer(secrets);

manager.addController({
  name: 'greeter',
  watches: [watch(sources), watchOwned(greetings, { kind: 'ConfigMap', group: '' })],
  reconcile: async (key) => {
    const source = sources.byKey(key);
    if (!source) return; // Deleted: its Secret goes by its owner reference.
    const { name, namespace, uid } = source.metadata;
    await manager.client.resource(secrets).apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `${name}-greeting`, namespace, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true }] },
        stringData: { greeting: `Hello, ${source.data?.name ?? 'world'}!` },
      },
      { fieldManager: 'greeter', force: true },
    );
    manager.events.event(source, 'Normal', 'Greeted', `Wrote Secret ${name}-greeting`);
  },
});

await manager.start();
log.info('running');
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => manager.stop().then(() => client.close()).then(() => process.exit(0)));
setInterval(() => undefined, 60_000);
