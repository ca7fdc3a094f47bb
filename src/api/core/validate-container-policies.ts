import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { childPath, each } from '../checks.ts';
import type { Container, EphemeralContainer } from './types.gen.ts';

/** What a resize of a container's resources does to it (KEP-1287). */
export const validateResizePolicy = (
  policies: (Container | EphemeralContainer)['resizePolicy'],
  path: string,
  podRestartPolicy: string | undefined,
): FieldError[] => {
  const seen = new Set<string>();
  return each(policies, path, ({ resourceName, restartPolicy }, item) => {
    const errors: FieldError[] = seen.has(resourceName) ? [duplicate(item, resourceName)] : [];
    seen.add(resourceName);
    if (!resourceName) errors.push(required(path));
    else if (!['cpu', 'memory'].includes(resourceName)) errors.push(notSupported(path, resourceName, ['cpu', 'memory']));
    if (!restartPolicy) errors.push(required(path));
    else if (!['NotRequired', 'RestartContainer'].includes(restartPolicy)) {
      errors.push(notSupported(path, restartPolicy, ['NotRequired', 'RestartContainer']));
    }
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
};

const policies = ['Always', 'Never', 'OnFailure'];
const maxRules = 20;
const maxExitCodes = 255;

/** A container's own restart policy, with exit codes that make an exception (KEP-5307). */
export const validateRestartRules = (
  { restartPolicy, restartPolicyRules: rules = [] }: Container | EphemeralContainer,
  path: string,
): FieldError[] => {
  const errors: FieldError[] = [];
  const at = childPath(path, 'restartPolicy');
  const rulesPath = childPath(path, 'restartPolicyRules');
  if (restartPolicy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(at, 'must specify restartPolicy when restart rules are used'));
  } else if (!policies.includes(restartPolicy)) errors.push(notSupported(at, restartPolicy, policies));
  if (rules.length > maxRules) errors.push(tooLong(rulesPath, maxRules));
  return [
    ...errors,
    ...each(rules, rulesPath, ({ action, exitCodes }, item) => {
      const own: FieldError[] = action === 'Restart' ? [] : [notSupported(childPath(item, 'action'), action ?? '', ['Restart'])];
      if (!exitCodes) return [...own, required(childPath(item, 'exitCodes'), 'must be specified')];
      const { operator, values = [] } = exitCodes;
      if (!['In', 'NotIn'].includes(operator)) {
        own.push(notSupported(childPath(item, 'exitCodes.operator'), operator ?? '', ['In', 'NotIn']));
      }
      return values.length > maxExitCodes ? [...own, tooLong(childPath(item, 'exitCodes.values'), maxExitCodes)] : own;
    }),
  ];
};

/** The same for an init container: one that never stops (a sidecar) has no rules. */
export const validateInitRestartRules = (container: Container, path: string): FieldError[] => {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  if (restartPolicy === undefined) {
    return rules.length > 0 ? [required(childPath(path, 'restartPolicy'), 'must specify restartPolicy when restart rules are used')] : [];
  }
  if (restartPolicy !== 'Always') return validateRestartRules(container, path);
  const message = 'restartPolicyRules are not allowed for init containers with restart policy Always';
  return rules.length > 0 ? [forbiddenField(childPath(path, 'restartPolicyRules'), message)] : [];
};
