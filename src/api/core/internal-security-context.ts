import type { SecurityContext } from './types.gen.ts';

/** How the original shows a security context in a message: as its internal struct, whose members have capitals and are all there. */
export const internalSecurityContext = (context: SecurityContext): object => ({
  Capabilities: context.capabilities ? { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null } : null,
  Privileged: context.privileged ?? null,
  SELinuxOptions: context.seLinuxOptions ?? null,
  WindowsOptions: context.windowsOptions ?? null,
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: context.seccompProfile ?? null,
  AppArmorProfile: context.appArmorProfile ?? null,
});
