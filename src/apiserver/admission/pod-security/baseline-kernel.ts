import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { PodSpec } from '../pods/pod-types.ts';
import { type Check, containersOf, contextField, named, plural, quoted, setters, sorted, type Violation } from './check.ts';

const defaultCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);

/** Safe sysctls → the minor version that allowed them. */
const sysctlSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

interface SeLinuxOptions {
  readonly type?: string;
  readonly user?: string;
  readonly role?: string;
}

type Context = Parameters<typeof contextField>[0];
const seccompAnnotation = 'seccomp.security.alpha.kubernetes.io';
const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';
const typeOf = (of: Context, field: string): string | undefined => contextField<{ type?: string }>(of, field)?.type;

/** Before seccomp had fields, annotations said which profile it was. */
const annotatedSeccomp = (spec: PodSpec, annotations: Readonly<Record<string, string>>): Violation | undefined => {
  const keys = [`${seccompAnnotation}/pod`, ...containersOf(spec).map(({ name }) => `container.${seccompAnnotation}/${name}`)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = annotations[key];
      return value === undefined || /^(?:runtime\/default|docker\/default)$|^localhost\//.test(value) ? [] : [`${key}=${goQuote(value)}`];
    }),
  );
  return bad.length > 0
    ? { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` }
    : undefined;
};

/** Baseline checks about the kernel: capabilities, AppArmor, SELinux, seccomp, sysctls. */
export const kernelChecks: readonly Check[] = [
  {
    id: 'capabilities_baseline',
    level: 'baseline',
    run({ spec }) {
      const extra = (of: Context): string[] =>
        (contextField<{ add?: string[] }>(of, 'capabilities')?.add ?? []).filter((capability) => !defaultCapabilities.has(capability));
      const bad = containersOf(spec).filter((container) => extra(container).length > 0);
      if (bad.length === 0) return undefined;
      const detail = `${named(bad)} must not include ${quoted(sorted(bad.flatMap(extra)))} in securityContext.capabilities.add`;
      return { reason: 'non-default capabilities', detail };
    },
  },
  {
    id: 'appArmorProfile',
    level: 'baseline',
    run({ spec, metadata }) {
      const badType = (of: Context): string | undefined => {
        const type = typeOf(of, 'appArmorProfile');
        return type === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? undefined : type;
      };
      const containers = containersOf(spec).filter((container) => badType(container) !== undefined);
      const annotations = Object.entries(metadata.annotations ?? {})
        .filter(([key, value]) => key.startsWith(appArmorAnnotation) && !/^$|^runtime\/default$|^localhost\//.test(value))
        .map(([key, value]) => `${key}=${goQuote(value)}`)
        .toSorted();
      const values = [...sorted([spec, ...containers].flatMap((of) => badType(of) ?? [])), ...annotations];
      if (values.length === 0) return undefined;
      const who = [
        setters(badType(spec) !== undefined, containers),
        ...(annotations.length > 0 ? [plural('annotation', annotations.length)] : []),
      ];
      return {
        reason: plural('forbidden AppArmor profile', values.length),
        detail: `${who.filter((part) => part !== '').join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
      };
    },
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    run({ spec, minor }) {
      const allowed = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', ...(minor >= 31 ? ['container_engine_t'] : [])]);
      const optionsOf = (of: Context): SeLinuxOptions => contextField<SeLinuxOptions>(of, 'seLinuxOptions') ?? {};
      const isBad = (of: Context): boolean => {
        const { type = '', user = '', role = '' } = optionsOf(of);
        return !allowed.has(type) || user !== '' || role !== '';
      };
      const containers = containersOf(spec).filter(isBad);
      const who = setters(isBad(spec), containers);
      if (who === '') return undefined;
      const all = [spec, ...containers].map(optionsOf);
      const types = sorted(all.flatMap(({ type = '' }) => (allowed.has(type) ? [] : [type])));
      const data = [
        ...(types.length > 0 ? [`${plural('type', types.length)} ${quoted(types)}`] : []),
        ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
        ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
      ];
      return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` };
    },
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    run({ spec, metadata, minor }) {
      if (minor < 19) return annotatedSeccomp(spec, metadata.annotations ?? {});
      const badType = (of: Context): string | undefined => {
        const type = typeOf(of, 'seccompProfile');
        return type === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? undefined : type;
      };
      const containers = containersOf(spec).filter((container) => badType(container) !== undefined);
      const who = setters(badType(spec) !== undefined, containers);
      if (who === '') return undefined;
      const values = quoted(sorted([spec, ...containers].flatMap((of) => badType(of) ?? [])));
      return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${values}` };
    },
  },
  {
    id: 'sysctls',
    level: 'baseline',
    run({ spec, minor }) {
      const names = (contextField<{ name: string }[]>(spec, 'sysctls') ?? []).map(({ name }) => name);
      const bad = names.filter((name) => (sysctlSince[name] ?? Infinity) > minor);
      return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
    },
  },
];
