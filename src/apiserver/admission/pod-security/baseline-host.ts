import type { PodSpec } from '../pods/pod-types.ts';
import {
  type Check,
  containersOf,
  contextField,
  hasUserNamespace,
  named,
  plural,
  quoted,
  setters,
  sorted,
  type Violation,
} from './check.ts';

type Handler = { httpGet?: { host?: string }; tcpSocket?: { host?: string } } | undefined;

const hostsOf = (handler: Handler): string[] =>
  [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host): host is string => host !== undefined && host !== '');

/** Containers that unmask /proc. */
export const procMountViolation = (spec: PodSpec): Violation | undefined => {
  const typeOf = (of: Parameters<typeof contextField>[0]): string => contextField<string>(of, 'procMount') ?? 'Default';
  const bad = containersOf(spec).filter((container) => typeOf(container) !== 'Default');
  if (bad.length === 0) return undefined;
  const detail = `${named(bad)} must not set securityContext.procMount to ${quoted(sorted(bad.map(typeOf)))}`;
  return { reason: 'procMount', detail };
};

/** Baseline checks about the host: its namespaces, paths, ports, processes, probes. */
export const hostChecks: readonly Check[] = [
  {
    id: 'hostNamespaces',
    level: 'baseline',
    run({ spec }) {
      const set = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true).map((field) => `${field}=true`);
      return set.length > 0 ? { reason: 'host namespaces', detail: set.join(', ') } : undefined;
    },
  },
  {
    id: 'hostPathVolumes',
    level: 'baseline',
    run({ spec }) {
      const bad = (spec.volumes ?? []).filter((volume) => volume['hostPath'] !== undefined).map(({ name }) => name);
      return bad.length > 0 ? { reason: 'hostPath volumes', detail: `${plural('volume', bad.length)} ${quoted(bad)}` } : undefined;
    },
  },
  {
    id: 'hostPorts',
    level: 'baseline',
    run({ spec }) {
      const bad = containersOf(spec).filter(({ ports }) => ports?.some(({ hostPort }) => hostPort));
      if (bad.length === 0) return undefined;
      const ports = sorted(
        bad.flatMap((container) => (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))),
      );
      const uses = `${plural('uses', bad.length, 'use')} ${plural('hostPort', ports.length)}`;
      return { reason: 'hostPort', detail: `${named(bad)} ${uses} ${ports.join(', ')}` };
    },
  },
  {
    id: 'hostProbesAndHostLifecycle',
    level: 'baseline',
    since: 34,
    run({ spec }) {
      const hosts = new Set<string>();
      const bad = new Set<string>();
      for (const container of containersOf(spec)) {
        const lifecycle = container['lifecycle'] as { postStart?: Handler; preStop?: Handler } | undefined;
        const handlers = ['livenessProbe', 'readinessProbe', 'startupProbe'].map((field) => container[field] as Handler);
        for (const host of [...handlers, lifecycle?.postStart, lifecycle?.preStop].flatMap(hostsOf)) {
          hosts.add(host);
          bad.add(container.name);
        }
      }
      if (bad.size === 0) return undefined;
      const what = plural('probe or lifecycle host', hosts.size);
      const who = named(sorted(bad).map((name) => ({ name })));
      return { reason: 'probe or lifecycle host', detail: `${who} ${plural('uses', bad.size, 'use')} ${what} ${quoted(sorted(hosts))}` };
    },
  },
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    run({ spec }) {
      const isHostProcess = (of: Parameters<typeof contextField>[0]): boolean =>
        contextField<{ hostProcess?: boolean }>(of, 'windowsOptions')?.hostProcess === true;
      const who = setters(isHostProcess(spec), containersOf(spec).filter(isHostProcess));
      return who === ''
        ? undefined
        : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
    },
  },
  {
    id: 'privileged',
    level: 'baseline',
    run({ spec }) {
      const bad = containersOf(spec).filter((container) => contextField<boolean>(container, 'privileged') === true);
      return bad.length > 0 ? { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` } : undefined;
    },
  },
  {
    id: 'procMount',
    level: 'baseline',
    run: ({ spec, minor }) => (minor >= 35 && hasUserNamespace(spec) ? undefined : procMountViolation(spec)),
  },
];
