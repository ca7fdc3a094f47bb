/**
 * An API server of ours without any controller beside it, as the other server of a comparison has none: on memory, until it is stopped.
 *
 *   tsx test/differential/serve.ts --dir DIRECTORY --port PORT      writes DIRECTORY/kubeconfig
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';

const { values: flags } = parseArgs({ options: { dir: { type: 'string' }, port: { type: 'string', default: '0' } } });
if (!flags.dir) throw new Error('usage: tsx test/differential/serve.ts --dir DIRECTORY --port PORT');
const silent = (): void => {};
const server = await startClusterServer({
  name: 'bare',
  directory: flags.dir,
  store: 'memory:',
  port: Number(flags.port),
  log: { debug: silent, info: silent, warn: console.warn, error: console.error },
});
writeFileSync(join(flags.dir, 'kubeconfig'), renderKubeconfig([server.kubeconfig]), { mode: 0o600 });
console.log(server.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
