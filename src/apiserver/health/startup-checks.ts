import type { HealthCheck } from '../extension.ts';

/** The rooms that do, here, what kube-apiserver's hooks after the start do there. */
const hooksOf: Readonly<Record<string, readonly string[]>> = {
  authorization: ['generic-apiserver-start-informers'],
  admission: ['start-apiserver-admission-initializer'],
  flowcontrol: ['priority-and-fairness-config-consumer', 'priority-and-fairness-filter', 'priority-and-fairness-config-producer'],
  metrics: ['storage-object-count-tracker-hook'],
  customresources: ['start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced'],
  bootstrap: [
    'start-system-namespaces-controller',
    'start-cluster-authentication-info-controller',
    'start-kube-apiserver-identity-lease-controller',
    'start-kube-apiserver-identity-lease-garbage-collector',
    'start-legacy-token-tracking-controller',
    'rbac/bootstrap-roles',
    'scheduling/bootstrap-system-priority-classes',
    'bootstrap-controller',
  ],
  'service-allocation': ['start-service-ip-repair-controllers', 'start-kubernetes-service-cidr-controller'],
  aggregation: [
    'aggregator-reload-proxy-client-cert',
    'start-kube-aggregator-informers',
    'apiservice-status-local-available-controller',
    'apiservice-status-remote-available-controller',
    'apiservice-registration-controller',
    'apiservice-discovery-controller',
    'kube-apiserver-autoregistration',
  ],
  openapi: ['apiservice-openapi-controller', 'apiservice-openapiv3-controller'],
};

/** Checks that a room of the server has started, under the names of the hooks that do its work in kube-apiserver. */
export const startupChecks = (room: string, isRunning: () => boolean): readonly HealthCheck[] =>
  (hooksOf[room] ?? []).map((hook) => ({
    name: `poststarthook/${hook}`,
    check: () => {
      if (!isRunning()) throw new Error('not finished');
    },
  }));
