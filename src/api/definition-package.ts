import { readGenerated } from './definitions.ts';

let packages: ReadonlyMap<string, string> | undefined;

/** Where the definitions of a group version are: `apps/v1` → `io.k8s.api.apps.v1`. Undefined for groups that are not built in. */
export const definitionPackage = (apiVersion: string): string | undefined => {
  packages ??= new Map([
    ['apidiscovery.k8s.io/v2', 'io.k8s.api.apidiscovery.v2'],
    ...(readGenerated('kinds.gen.json') as { group: string; version: string; definition: string }[]).map(
      ({ group, version, definition }) =>
        [group === '' ? version : `${group}/${version}`, definition.slice(0, definition.lastIndexOf('.'))] as const,
    ),
  ]);
  return packages.get(apiVersion);
};
