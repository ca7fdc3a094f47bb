import type { HealthCheck } from '../extension.ts';
import type { ServedGroup } from './served-group.ts';

const fixed: readonly string[] = [
  '/.well-known/openid-configuration',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/',
  '/healthz',
  '/livez',
  '/metrics',
  '/metrics/slis',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
];

/** meta/v1 RootPaths: the answer of `/`, every path that is served besides resources, sorted. */
export const rootPaths = (groups: readonly ServedGroup[], checks: readonly HealthCheck[]) => ({
  paths: [
    ...fixed,
    ...groups
      .filter(({ name }) => name !== '')
      .flatMap(({ name, versions }) => [`/apis/${name}`, ...versions.map(({ version }) => `/apis/${name}/${version}`)]),
    ...['/healthz', '/livez', '/readyz'].flatMap((root) =>
      checks.filter(({ readinessOnly }) => root === '/readyz' || !readinessOnly).map(({ name }) => `${root}/${name}`),
    ),
  ].toSorted(),
});
