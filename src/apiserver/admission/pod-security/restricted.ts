import { procMountViolation } from './baseline-host.ts';
import { type Check, containersOf, contextField, hasUserNamespace, isWindows, named, plural, quoted, setters, sorted } from './check.ts';

type Context = Parameters<typeof contextField>[0];

const allowedVolumes = new Set('name configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' '));

const seccompType = (of: Context): string | undefined => contextField<{ type?: string }>(of, 'seccompProfile')?.type;
const isGoodSeccomp = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';

/** The checks that only the restricted level has. */
export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since: 8,
    run({ spec, minor }) {
      if (minor >= 25 && isWindows(spec)) return undefined;
      const bad = containersOf(spec).filter((container) => contextField<boolean>(container, 'allowPrivilegeEscalation') !== false);
      if (bad.length === 0) return undefined;
      return {
        reason: 'allowPrivilegeEscalation != false',
        detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
      };
    },
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    overrides: 'capabilities_baseline',
    run({ spec, minor }) {
      if (minor >= 25 && isWindows(spec)) return undefined;
      const capabilities = (of: Context) => contextField<{ add?: string[]; drop?: string[] }>(of, 'capabilities') ?? {};
      const added = (of: Context): string[] => (capabilities(of).add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
      const keeping = containersOf(spec).filter((container) => !capabilities(container).drop?.includes('ALL'));
      const adding = containersOf(spec).filter((container) => added(container).length > 0);
      const details = [
        ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
        ...(adding.length > 0
          ? [`${named(adding)} must not include ${quoted(sorted(adding.flatMap(added)))} in securityContext.capabilities.add`]
          : []),
      ];
      return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
    },
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    since: 35,
    overrides: 'procMount',
    run: ({ spec }) => procMountViolation(spec),
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    overrides: 'hostPathVolumes',
    run({ spec }) {
      const bad = (spec.volumes ?? []).flatMap((volume) => {
        const type = Object.keys(volume).find((field) => volume[field] !== undefined && field !== 'name');
        return type === undefined || !allowedVolumes.has(type) ? [{ name: volume.name, type: type ?? 'unknown' }] : [];
      });
      if (bad.length === 0) return undefined;
      const types = sorted(bad.map(({ type }) => type));
      const names = quoted(bad.map(({ name }) => name));
      const uses = `${plural('uses', bad.length, 'use')} ${plural('restricted volume type', types.length)}`;
      return { reason: 'restricted volume types', detail: `${plural('volume', bad.length)} ${names} ${uses} ${quoted(types)}` };
    },
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    run({ spec, minor }) {
      if (minor >= 35 && hasUserNamespace(spec)) return undefined;
      const pod = contextField<boolean>(spec, 'runAsNonRoot');
      const explicit = containersOf(spec).filter((container) => contextField<boolean>(container, 'runAsNonRoot') === false);
      const who = setters(pod === false, explicit);
      if (who !== '') return { reason: 'runAsNonRoot != true', detail: `${who} must not set securityContext.runAsNonRoot=false` };
      const implicit = pod === true ? [] : containersOf(spec).filter((container) => contextField(container, 'runAsNonRoot') === undefined);
      if (implicit.length === 0) return undefined;
      return { reason: 'runAsNonRoot != true', detail: `pod or ${named(implicit)} must set securityContext.runAsNonRoot=true` };
    },
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    since: 23,
    run({ spec, minor }) {
      if (minor >= 35 && hasUserNamespace(spec)) return undefined;
      const isRoot = (of: Context): boolean => contextField<number>(of, 'runAsUser') === 0;
      const who = setters(isRoot(spec), containersOf(spec).filter(isRoot));
      return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
    },
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    overrides: 'seccompProfile_baseline',
    run({ spec, minor }) {
      if (minor >= 25 && isWindows(spec)) return undefined;
      const isBad = (of: Context): boolean => seccompType(of) !== undefined && !isGoodSeccomp(seccompType(of));
      const explicit = containersOf(spec).filter(isBad);
      const who = setters(isBad(spec), explicit);
      if (who !== '') {
        const values = quoted(sorted([spec, ...explicit].filter(isBad).flatMap((of) => seccompType(of) ?? [])));
        return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${values}` };
      }
      const implicit = isGoodSeccomp(seccompType(spec))
        ? []
        : containersOf(spec).filter((container) => seccompType(container) === undefined);
      if (implicit.length === 0) return undefined;
      const detail = `pod or ${named(implicit)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
      return { reason: 'seccompProfile', detail };
    },
  },
];
