import type { AdmissionPlugin } from '../admission/contract.ts';
import type { Authenticator } from '../authentication/contract.ts';
import type { Authorizer } from '../authorization/contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from './contract.ts';
import { timed } from './timed.ts';

const exponentialBuckets = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);
/** Half an hour to a year. */
const lifetimeBuckets = [
  0, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800, 2_592_000, 7_776_000, 15_552_000, 31_104_000,
];
const admissionBuckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

/** Names that are labels; clients can make up all others. */
const knownUsers = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default']);
const usernameLabel = (name: string): string => (name.includes('@') ? 'email_id' : knownUsers.has(name) ? name : 'other');

/** Times what extensions do for every request: authentication, authorization and admission, under kube-apiserver's names. */
export const createExtensionMeasures = (registry: MetricsRegistry): ((factory: ServerExtensionFactory) => ServerExtensionFactory) => {
  const users = registry.counter({
    name: 'authenticated_user_requests',
    help: 'Authenticated requests by username, as far as that is well known.',
    labels: ['username'],
  });
  const authenticated = registry.counter({
    name: 'authentication_attempts',
    help: 'Attempts to authenticate by result.',
    labels: ['result'],
  });
  const authenticationDuration = registry.histogram({
    name: 'authentication_duration_seconds',
    help: 'Authentication latency in seconds by result.',
    labels: ['result'],
    buckets: exponentialBuckets,
  });
  const lifetimes = registry
    .histogram({
      name: 'apiserver_client_certificate_expiration_seconds',
      help: 'How long the certificates that clients authenticate with are still valid, in seconds.',
      labels: [],
      buckets: lifetimeBuckets,
    })
    .with();
  const authorized = registry.counter({
    name: 'authorization_attempts_total',
    help: 'Attempts to authorize by result: allowed, denied, no-opinion or error.',
    labels: ['result'],
  });
  const authorizationDuration = registry.histogram({
    name: 'authorization_duration_seconds',
    help: 'Authorization latency in seconds by result.',
    labels: ['result'],
    buckets: exponentialBuckets,
  });
  const decisions = registry.counter({
    name: 'apiserver_authorization_decisions_total',
    help: 'Decisions of authorizers by decision, name and type.',
    labels: ['decision', 'name', 'type'],
  });
  const admissionDuration = registry.histogram({
    name: 'apiserver_admission_controller_admission_duration_seconds',
    help: 'Admission plugin latency in seconds by name, operation, API operation and type (validate or admit).',
    labels: ['name', 'operation', 'rejected', 'type'],
    buckets: admissionBuckets,
  });

  /** A method that does not know the caller is followed by another, so it is no attempt. */
  const measureAuthenticator =
    (authenticate: Authenticator): Authenticator =>
    (request) =>
      timed(
        () => authenticate(request),
        (seconds, user, failed) => {
          if (!failed && user === undefined) return;
          const result = failed ? 'error' : 'success';
          authenticated.with(result).inc();
          authenticationDuration.with(result).observe(seconds);
          if (!user) return;
          users.with(usernameLabel(user.username)).inc();
          const { certificate } = request;
          if (certificate?.expiresAt !== undefined && certificate.commonName === user.username)
            lifetimes.observe((certificate.expiresAt - Date.now()) / 1000);
        },
      );

  const measureAuthorizer =
    (authorize: Authorizer, isLast: boolean): Authorizer =>
    (attributes) =>
      timed(
        () => authorize(attributes),
        (seconds, decision, failed) => {
          const { mode } = authorize;
          if (mode !== undefined && decision && decision.decision !== 'no-opinion')
            decisions.with(decision.decision === 'allow' ? 'allowed' : 'denied', mode.toLowerCase(), mode).inc();
          if (decision?.decision === 'no-opinion' && !isLast) return;
          const result = failed
            ? 'error'
            : decision?.decision === 'allow'
              ? 'allowed'
              : decision?.decision === 'deny'
                ? 'denied'
                : 'no-opinion';
          authorized.with(result).inc();
          authorizationDuration.with(result).observe(seconds);
        },
      );

  const measurePlugin = (plugin: AdmissionPlugin): AdmissionPlugin => {
    const measure = (type: 'admit' | 'validate'): AdmissionPlugin => {
      const step = plugin[type]?.bind(plugin);
      if (!step) return plugin;
      return {
        ...plugin,
        [type]: (attributes: Parameters<typeof step>[0]) =>
          timed(
            () => step(attributes),
            (seconds, _, failed) => {
              admissionDuration.with(plugin.name, attributes.operation, String(failed), type).observe(seconds);
            },
          ),
      };
    };
    return { ...measure('admit'), ...(plugin.validate ? { validate: measure('validate').validate } : {}) } as AdmissionPlugin;
  };

  return (factory) => (context) => {
    const extension = factory(context);
    const { authenticators, authorizers, admission } = extension;
    return {
      ...extension,
      ...(authenticators ? { authenticators: authenticators.map(measureAuthenticator) } : {}),
      ...(authorizers
        ? { authorizers: authorizers.map((authorizer, index) => measureAuthorizer(authorizer, index === authorizers.length - 1)) }
        : {}),
      ...(admission ? { admission: admission.map(measurePlugin) } : {}),
    };
  };
};
