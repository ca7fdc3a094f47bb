import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import type { Event as CoreEvent } from '../core/types.gen.ts';
import { validateEvent } from '../core/validate-event.ts';
import { eventToCore } from './convert.ts';
import type { Event } from './types.gen.ts';

const unset = (isSet: boolean, path: string): FieldError[] => (isSet ? [invalid(path, '', 'needs to be unset')] : []);

/** An event of the new API is complete, and has nothing of the old; paths are those of the core kind that is stored. */
export const validateNewEvent = (event: Event): FieldError[] => {
  const core = eventToCore(event as never) as unknown as CoreEvent;
  const errors = validateEvent(core).map((error) =>
    error.field === 'reportingComponent' ? { ...error, field: 'reportingController' } : error,
  );
  if (event.series && (event.series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (event.series && !event.series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  if (!event.eventTime) errors.push(required('eventTime'));
  if (event.type !== 'Normal' && event.type !== 'Warning') errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
  const { component = '', host = '' } = event.deprecatedSource ?? {};
  return [
    ...errors,
    ...unset(Boolean(event.deprecatedFirstTimestamp), 'firstTimestamp'),
    ...unset(Boolean(event.deprecatedLastTimestamp), 'lastTimestamp'),
    ...unset(Boolean(event.deprecatedCount), 'count'),
    ...unset(component !== '' || host !== '', 'source'),
  ];
};
