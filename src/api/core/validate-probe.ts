import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isHttpHeaderName, isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, invalids, nonNegative, oneOf, portNumberOrName } from '../checks.ts';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from './types.gen.ts';

const validateHttpGet = (action: HTTPGetAction, path: string): FieldError[] => [
  ...(action.path ? [] : [required(childPath(path, 'path'))]),
  ...portNumberOrName(action.port, childPath(path, 'port')),
  ...oneOf(action.scheme, ['HTTP', 'HTTPS'], childPath(path, 'scheme')),
  ...(action.httpHeaders ?? []).flatMap(({ name }) => checked(isHttpHeaderName, name, childPath(path, 'httpHeaders'))),
];

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Exactly one of the ways to look into a container, valid. */
const validateHandler = (handler: LifecycleHandler & Probe, path: string, graceSeconds: number): FieldError[] => {
  const errors: FieldError[] = [];
  let found = 0;
  for (const name of handlers) {
    if (handler[name] === undefined) continue;
    const handlerPath = childPath(path, name);
    if (found > 0) {
      errors.push(forbiddenField(handlerPath, 'may not specify more than 1 handler type'));
      continue;
    }
    found += 1;
    if (name === 'exec' && !handler.exec?.command?.length) errors.push(required(childPath(handlerPath, 'command')));
    if (name === 'httpGet' && handler.httpGet) errors.push(...validateHttpGet(handler.httpGet, handlerPath));
    if (name === 'tcpSocket' && handler.tcpSocket) errors.push(...portNumberOrName(handler.tcpSocket.port, childPath(handlerPath, 'port')));
    if (name === 'grpc' && handler.grpc) {
      errors.push(...invalids(childPath(handlerPath, 'port'), handler.grpc.port, isPortNumber(handler.grpc.port)));
    }
    if (handler.sleep && name === 'sleep') {
      const { seconds } = handler.sleep;
      if (seconds < 0 || seconds > graceSeconds) {
        errors.push(invalid(handlerPath, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`));
      }
    }
  }
  if (found === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
};

const counters = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

const validateProbe = (probe: Probe, path: string, graceSeconds: number): FieldError[] => [
  ...validateHandler(probe, path, graceSeconds),
  ...counters.flatMap((name) => nonNegative(probe[name], childPath(path, name))),
  ...(probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0
    ? [invalid(childPath(path, 'terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, 'must be greater than 0')]
    : []),
];

/** Liveness and startup probes succeed at once; a readiness probe kills nothing. */
export const validateProbes = (
  container: { readonly livenessProbe?: Probe; readonly readinessProbe?: Probe; readonly startupProbe?: Probe },
  path: string,
  graceSeconds: number,
): FieldError[] => {
  const errors: FieldError[] = [];
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name];
    if (!probe) continue;
    const probePath = childPath(path, name);
    errors.push(...validateProbe(probe, probePath, graceSeconds));
    if (name === 'readinessProbe') {
      if (probe.terminationGracePeriodSeconds !== undefined) {
        const message = 'must not be set for readinessProbes';
        errors.push(invalid(childPath(probePath, 'terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, message));
      }
    } else if (probe.successThreshold !== 1) {
      errors.push(invalid(childPath(probePath, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
    }
  }
  return errors;
};

/** `graceSeconds` is the pod's terminationGracePeriodSeconds, which a sleep must end within. */
export const validateLifecycle = ({ postStart, preStop }: Lifecycle, path: string, graceSeconds: number): FieldError[] => [
  ...(postStart ? validateHandler(postStart, childPath(path, 'postStart'), graceSeconds) : []),
  ...(preStop ? validateHandler(preStop, childPath(path, 'preStop'), graceSeconds) : []),
];
