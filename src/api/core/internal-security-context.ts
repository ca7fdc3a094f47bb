import type { SecurityContext } from './types.gen.ts';

const goName = (name: string): string => (name.startsWith('gmsa') ? `GMSA${name.slice(4)}` : name.charAt(0).toUpperCase() + name.slice(1));

/** A struct without JSON names, with all its members: null where they are pointers or lists, '' where they are text. */
const struct = (value: object | undefined, members: Readonly<Record<string, unknown>>): object | null =>
  value ? Object.fromEntries(Object.entries({ ...members, ...value }).map(([name, member]) => [goName(name), member])) : null;

const profile = { type: '', localhostProfile: null };

/** How the original shows a security context in a message: as its internal struct, whose members have capitals and are all there. */
export const internalSecurityContext = (context: SecurityContext): object => ({
  Capabilities: struct(context.capabilities, { add: null, drop: null }),
  Privileged: context.privileged ?? null,
  SELinuxOptions: struct(context.seLinuxOptions, { user: '', role: '', type: '', level: '' }),
  WindowsOptions: struct(context.windowsOptions, {
    gmsaCredentialSpecName: null,
    gmsaCredentialSpec: null,
    runAsUserName: null,
    hostProcess: null,
  }),
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: struct(context.seccompProfile, profile),
  AppArmorProfile: struct(context.appArmorProfile, profile),
});
