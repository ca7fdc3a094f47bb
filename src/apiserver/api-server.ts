import { admissionExtension } from './admission/extension.ts';
import { kubeletExtension } from './kubelet/extension.ts';
import { allocationExtension } from './allocation/extension.ts';
import { aggregationExtension } from './aggregation/extension.ts';
import { auditExtension } from './audit/extension.ts';
import { authenticationExtension } from './authentication/extension.ts';
import { authorizationExtension } from './authorization/extension.ts';
import { bootstrapExtension } from './bootstrap/extension.ts';
import type { ApiServer, ApiServerOptions } from './contract.ts';
import { issuedDurationsExtension } from './certificates/issued-durations.ts';
import { customResourcesExtension } from './customresources/extension.ts';
import { discoveryExtension } from './discovery/extension.ts';
import { createRemoteGroups } from './discovery/remote-groups.ts';
import type { ServerExtensionFactory } from './extension.ts';
import { flowControlExtension } from './flowcontrol/extension.ts';
import { healthExtension } from './health/extension.ts';
import { createAdmissionObjectMeasures } from './metrics/admission-object-measures.ts';
import { createCertificateMeasures } from './metrics/certificate-measures.ts';
import { createCelMeasures } from './metrics/cel-measures.ts';
import { createExtensionMeasures } from './metrics/measure-extension.ts';
import { metricsExtension } from './metrics/extension.ts';
import type { MetricsRegistry } from './metrics/contract.ts';
import { createServiceAccountMeasures } from './metrics/service-account-measures.ts';
import { createTokenCacheMeasures } from './metrics/token-cache-measures.ts';
import { createServerMeasures } from './metrics/server-measures.ts';
import { createMetricsRegistry } from './metrics/registry.ts';
import { openApiExtension } from './openapi/extension.ts';
import { createServer } from './server.ts';

/** Every room of the server, one line each. Authorizers and admission plugins run in this order. */
const rooms = ({ admission }: ApiServerOptions, metrics: MetricsRegistry): readonly ServerExtensionFactory[] => {
  const remote = { groups: createRemoteGroups(), documents: new Map(), swagger: new Map() };
  const cel = createCelMeasures(metrics);
  const onCallFailure = createCertificateMeasures(metrics, 'webhooks');
  const aggregations = metrics
    .counter({ name: 'aggregator_discovery_aggregation_count_total', help: 'How often discovery was put together anew.', labels: [] })
    .with();
  const all: readonly ServerExtensionFactory[] = [
    authenticationExtension({ measures: createTokenCacheMeasures(metrics), uses: createServiceAccountMeasures(metrics) }),
    authorizationExtension,
    flowControlExtension({ metrics }),
    admissionExtension(createAdmissionObjectMeasures(metrics, cel, onCallFailure), admission),
    discoveryExtension(remote.groups, () => aggregations.inc()),
    openApiExtension(remote.documents, remote.swagger),
    customResourcesExtension(metrics, cel, onCallFailure),
    aggregationExtension(remote, metrics),
    metricsExtension(metrics),
    auditExtension(metrics),
    allocationExtension(metrics),
    issuedDurationsExtension(metrics),
    kubeletExtension,
    bootstrapExtension(),
    healthExtension,
  ];
  return all.map(createExtensionMeasures(metrics));
};

/** The whole API server over a store. Call `ready()` before relying on it; `extra` adds rooms of the caller's. */
export const createApiServer = (options: ApiServerOptions, extra: readonly ServerExtensionFactory[] = []): ApiServer => {
  const metrics = options.metrics ?? createMetricsRegistry();
  return createServer(options, [...rooms(options, metrics), ...extra], (catalog) => createServerMeasures(metrics, catalog));
};
