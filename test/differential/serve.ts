/**
 * An API server of ours without any controller beside it, as the other server of a comparison has none: on memory, until it is stopped.
 *
 *   tsx test/differential/serve.ts --dir DIRECTORY --port PORT [--mutating-policies] [--enable-admission-plugins NAMES]
 *     [--disable-admission-plugins NAMES] [--audit-policy FILE --audit-log FILE]
 *
 * writes DIRECTORY/kubeconfig. The other server has the same with `--feature-gates=MutatingAdmissionPolicy=true
 * --runtime-config=admissionregistration.k8s.io/v1beta1=true`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { defaultLogSettings } from '../../src/app/audit-defaults.ts';

const { values: flags } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '0' },
    'mutating-policies': { type: 'boolean', default: false },
    'enable-admission-plugins': { type: 'string' },
    'disable-admission-plugins': { type: 'string' },
    'audit-policy': { type: 'string' },
    'audit-log': { type: 'string' },
  },
});
if (!flags.dir) throw new Error('usage: tsx test/differential/serve.ts --dir DIRECTORY --port PORT');
const { 'enable-admission-plugins': enabled, 'disable-admission-plugins': disabled } = flags;
const silent = (): void => {};
const server = await startClusterServer({
  name: 'bare',
  directory: flags.dir,
  store: 'memory:',
  port: Number(flags.port),
  serving: {
    ...(flags['mutating-policies']
      ? {
          runtimeConfig: { 'admissionregistration.k8s.io/v1beta1': 'true' },
          featureGates: { MutatingAdmissionPolicy: 'true' },
        }
      : {}),
    ...(enabled ? { enableAdmissionPlugins: enabled.split(',') } : {}),
    ...(disabled ? { disableAdmissionPlugins: disabled.split(',') } : {}),
  },
  ...(flags['audit-policy'] && flags['audit-log']
    ? { audit: { log: { ...defaultLogSettings, path: flags['audit-log'] }, policy: readFileSync(flags['audit-policy'], 'utf8') } }
    : {}),
  log: { debug: silent, info: silent, warn: console.warn, error: console.error },
});
writeFileSync(join(flags.dir, 'kubeconfig'), renderKubeconfig([server.kubeconfig]), { mode: 0o600 });
console.log(server.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
