import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupResource } from '../../apimachinery/meta/group-version.ts';
import { versionInfo } from '../discovery/version-info.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from './contract.ts';
import { createInFlightMetrics } from './in-flight-metrics.ts';
import { collectProcessMetrics } from './process-metrics.ts';
import { followRegistrations } from './registrations.ts';
import { createRequestMetrics } from './request-metrics.ts';
import { scrape } from './scrape.ts';
import { collectStorageMetrics } from './storage-metrics.ts';

/** Whether a series names a resource that is served no more, in any of the ways labels name resources. */
const namesRemoved = (removed: KindDefinition, servedElsewhere: boolean) => {
  const { group, version, plural } = removed;
  const qualified = formatGroupResource(group, plural);
  return (labels: Readonly<Record<string, string>>): boolean => {
    const definition = labels['crd'] ?? labels['crd_name'];
    if (definition !== undefined) {
      if (definition !== removed.custom?.definitionName) return false;
      return !servedElsewhere || [labels['version'], labels['from_version'], labels['to_version']].includes(version);
    }
    if (labels['resource'] === qualified && labels['group'] === undefined) return !servedElsewhere;
    if (labels['group'] !== group || labels['resource'] !== plural) return false;
    return labels['version'] === undefined ? !servedElsewhere : labels['version'] === version;
  };
};

/** /metrics, over a registry that other parts of the program may add to. Series of a resource end with the resource. */
export const metricsExtension =
  (registry: MetricsRegistry): ServerExtensionFactory =>
  ({ catalog, options }) => {
    const registrations = followRegistrations(catalog, {
      now: options.now,
      onRemoved: (definition) => {
        const { group, plural } = definition;
        const servedElsewhere = catalog.all().some((other) => other.group === group && other.plural === plural);
        registry.deleteWhere(namesRemoved(definition, servedElsewhere));
        requests.forget();
      },
    });
    const requests = createRequestMetrics(registry, registrations, options.now);
    collectStorageMetrics(registry, catalog, options.store);
    const startedAt = options.now();
    collectProcessMetrics(registry, startedAt);
    const { emulationMajor, emulationMinor, minCompatibilityMajor, minCompatibilityMinor } = versionInfo;
    const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = versionInfo;
    registry
      .gauge({
        name: 'kubernetes_build_info',
        help: 'A metric with a constant 1 value, labeled by the version of the API that is served and what it was built with.',
        labels: ['build_date', 'compiler', 'git_commit', 'git_tree_state', 'git_version', 'go_version', 'major', 'minor', 'platform'],
      })
      .with(buildDate, compiler, gitCommit, gitTreeState, gitVersion, goVersion, major, minor, platform)
      .set(1);

    registry
      .gauge({
        name: 'version_info',
        help: 'The versions that the server is compatible with; the value is 1.',
        labels: ['binary', 'component', 'emulation', 'min_compat'],
      })
      .with(
        gitVersion.replace(/^v|\+.*$/g, ''),
        'kube',
        `${emulationMajor}.${emulationMinor}`,
        `${minCompatibilityMajor}.${minCompatibilityMinor}`,
      )
      .set(1);
    registry
      .gauge({
        name: 'kubernetes_feature_enabled',
        help: 'Whether a feature that is off by default is enabled (1) or not (0), by name and stage.',
        labels: ['name', 'stage'],
      })
      .with('MutatingAdmissionPolicy', 'BETA')
      .set(options.admission?.mutatingPolicies ? 1 : 0);

    return {
      name: 'metrics',
      routes: [{ path: '/metrics', handle: ({ request }) => scrape(registry, request, startedAt) }],
      observe: requests.observe,
      track: createInFlightMetrics(registry, registrations),
    };
  };
