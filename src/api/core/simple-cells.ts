import { age, containerCells, labelsText, listed } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type {
  ComponentStatus,
  ConfigMap,
  Endpoints,
  Namespace,
  PodTemplate,
  ReplicationController,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from './types.gen.ts';

const size = (record: object | undefined): number => Object.keys(record ?? {}).length;

export const componentStatusCells = cellsOf<ComponentStatus>(({ metadata, conditions }) => {
  const healthy = conditions?.find(({ type }) => type === 'Healthy');
  const status = healthy ? (healthy.status === 'True' ? 'Healthy' : 'Unhealthy') : 'Unknown';
  return [metadata.name, status, healthy?.message ?? '', healthy?.error ?? ''];
});

export const configMapCells = cellsOf<ConfigMap>((map, now) => [map.metadata.name, size(map.data) + size(map.binaryData), age(map, now)]);

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export const endpointsCells = cellsOf<Endpoints>((endpoints, now) => {
  const items = (endpoints.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map(({ ip }) => ip) : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return [endpoints.metadata.name, endpoints.subsets?.length ? listed(items, '') : '<none>', age(endpoints, now)];
});

export const namespaceCells = cellsOf<Namespace>((namespace, now) => [
  namespace.metadata.name,
  namespace.status?.phase ?? '',
  age(namespace, now),
]);

export const podTemplateCells = cellsOf<PodTemplate>(({ metadata, template }) => [
  metadata.name,
  ...containerCells(template?.spec?.containers),
  labelsText(template?.metadata?.labels),
]);

export const replicationControllerCells = cellsOf<ReplicationController>((controller, now) => [
  controller.metadata.name,
  controller.spec.replicas ?? 0,
  controller.status?.replicas ?? 0,
  controller.status?.readyReplicas ?? 0,
  age(controller, now),
  ...containerCells(controller.spec.template?.spec?.containers),
  labelsText(controller.spec.selector),
]);

export const resourceQuotaCells = cellsOf<ResourceQuota>((quota, now) => {
  const hard = quota.status?.hard ?? {};
  const used = quota.status?.used ?? {};
  const names = Object.keys(hard).toSorted();
  const text = (wanted: boolean) =>
    names
      .filter((name) => name.startsWith('limits.') === wanted)
      .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
      .join(', ');
  return [quota.metadata.name, text(false), text(true), age(quota, now)];
});

export const secretCells = cellsOf<Secret>((secret, now) => [secret.metadata.name, secret.type ?? '', size(secret.data), age(secret, now)]);

export const serviceAccountCells = cellsOf<ServiceAccount>((account, now) => [account.metadata.name, age(account, now)]);
