import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked } from '../checks.ts';
import type { Event } from './types.gen.ts';

const limits = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;
const mismatch = 'does not match event.namespace';

/** Events of the new API (with eventTime) say who reports what; older ones need only fit their namespace. */
export const validateEvent = (event: Event): FieldError[] => {
  const { namespace = '' } = event.metadata;
  const about = event.involvedObject.namespace ?? '';
  const path = 'involvedObject.namespace';
  if (!event.eventTime) {
    const fits = about === '' ? namespace === '' || namespace === 'default' : namespace === about;
    return fits ? [] : [invalid(path, about, mismatch)];
  }
  const errors: FieldError[] = [];
  if (about === '' && namespace !== 'default' && namespace !== 'kube-system') errors.push(invalid(path, about, mismatch));
  if (!event.reportingComponent) errors.push(required('reportingComponent'));
  errors.push(...checked(isQualifiedName, event.reportingComponent ?? '', 'reportingComponent'));
  for (const [name, limit] of Object.entries(limits) as [keyof typeof limits, number][]) {
    const value = event[name] ?? '';
    if (value === '' && name !== 'message') errors.push(required(name));
    if (value.length > limit) errors.push(invalid(name, '', `can have at most ${limit} characters`));
  }
  return errors;
};
