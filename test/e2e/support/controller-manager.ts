import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { UnstructuredObject } from '../../../src/apimachinery/meta/object.ts';
import { freePort } from './free-port.ts';
import type { Shell } from './shell.ts';

const peers = process.env['PEERS'] ?? join(homedir(), '.cache', 'peers');
/** Where start.sh and stop.sh of the real servers are. */
const scripts = process.env['PEER_SCRIPTS'] ?? new URL('../../../../shared/peers', import.meta.url).pathname;

/** Why upstream's programs cannot run here; said aloud. CI does without too: building them takes longer than the whole suite. */
export const upstreamMissing = (): string | undefined => {
  const program = join(peers, 'bin', 'kube-controller-manager');
  if (existsSync(program) && existsSync(join(scripts, 'start.sh'))) return undefined;
  const reason = `kube-controller-manager: NOT TESTED, no ${program}: build it with shared/peers/build.sh (15 minutes)`;
  console.warn(`SKIPPED: ${reason}`);
  return reason;
};

/** Upstream's controller manager with its default settings, on a hub's directory; ends with the returned function. */
export const startControllerManager = async (hubDirectory: string, logFile: string): Promise<() => void> => {
  const kubeconfig = join(hubDirectory, 'kubeconfig');
  const pki = (file: string): string => join(hubDirectory, 'pki', file);
  const log = openSync(logFile, 'w');
  const child = spawn(
    join(peers, 'bin', 'kube-controller-manager'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(hubDirectory, 'controller-manager')}`,
      `--service-account-private-key-file=${pki('sa.key')}`,
      `--root-ca-file=${pki('ca.crt')}`,
      `--cluster-signing-cert-file=${pki('ca.crt')}`,
      `--cluster-signing-key-file=${pki('ca.key')}`,
      '--use-service-account-credentials=true',
    ],
    { stdio: ['ignore', log, log] },
  );
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  return end;
};

export interface Upstream {
  readonly kubeconfig: string;
  stop(): void;
}

/** kube-apiserver, etcd and kube-controller-manager (all of its controllers but that of nodes, or those named) in a directory. */
export const startUpstream = async (
  directory: string,
  { controllers }: { readonly controllers?: readonly string[] } = {},
): Promise<Upstream> => {
  const [api, etcd, manager] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    RUN: directory,
    PEERS: peers,
    APIPORT: `${api}`,
    ETCDPORT: `${etcd}`,
    KCMPORT: `${manager}`,
    ...(controllers ? { CONTROLLERS: controllers.join(',') } : {}),
  };
  const started = spawnSync('bash', [join(scripts, 'start.sh')], { env, encoding: 'utf8' });
  if (started.status !== 0) throw new Error(`start kube-apiserver: ${started.stderr}`);
  const stop = (): void => void spawnSync('bash', [join(scripts, 'stop.sh')], { env });
  process.once('exit', stop);
  return { kubeconfig: join(directory, 'admin.kubeconfig'), stop };
};

/** Objects that a controller of our own hub may have written first are compared without who wrote what. */
const racing = new Set(['ConfigMap', 'ServiceAccount', 'ResourceQuota']);

const kinds =
  'deployments,replicasets,statefulsets,daemonsets,controllerrevisions,jobs,cronjobs,pods,services,endpoints,endpointslices,persistentvolumeclaims,' +
  'poddisruptionbudgets,horizontalpodautoscalers,resourcequotas,serviceaccounts,configmaps';

/** Everything of the namespace, and the aggregated role, without what differs from one cluster to the next. */
export const objectsOf = async (shell: Shell, namespace: string): Promise<Record<string, unknown>> => {
  const { items } = await shell.json<{ items: UnstructuredObject[] }>('get', '-n', namespace, kinds, '--show-managed-fields');
  const role = await shell.json<UnstructuredObject>('get', 'clusterrole', 'collects');
  const names = new Map<string, number>();
  const leveled = [...items, role].map((object) => {
    const name = levelText(object.metadata.name);
    const key = `${object.kind} ${name}`;
    names.set(key, (names.get(key) ?? 0) + 1);
    const { managedFields, ...metadata } = object.metadata;
    const compared = racing.has(object.kind) || !managedFields ? { ...object, metadata } : object;
    return [`${key} ${names.get(key)}`, level(compared)] as const;
  });
  return Object.fromEntries(leveled.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const perCluster = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'clusterIP', 'clusterIPs', 'ca.crt', 'controller-uid']);

const level = (value: unknown, field = ''): unknown => {
  if (perCluster.has(field) || /[tT]ime(stamp)?$/.test(field) || field.endsWith('controller-uid')) return `(${field})`;
  if (Array.isArray(value)) return value.map((item) => level(item));
  if (typeof value === 'string') return levelText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [levelText(key), level(item, key)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** Generated suffixes, identifiers and times. */
const levelText = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(uid)')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(time)')
    .replace(/^kube-api-access-[a-z0-9]{5}$/, 'kube-api-access-(random)')
    .replace(/^(once-\d|web-[0-9a-z]+|web|mirrored)-[bcdfghjklmnpqrstvwxz2456789]{5}$/, '$1-(random)');
