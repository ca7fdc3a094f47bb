import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { unchanged } from '../checks.ts';
import type { Event as CoreEvent } from '../core/types.gen.ts';
import { validateEvent } from '../core/validate-event.ts';
import { eventToCore } from './convert.ts';
import type { Event } from './types.gen.ts';

const unset = (isSet: boolean, path: string): FieldError[] => (isSet ? [invalid(path, '', 'needs to be unset')] : []);

const seriesErrors = ({ series }: Event): FieldError[] => {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ];
};

/** The rules for events of old, in the names of the core kind that is stored, but for who reports. */
const coreErrors = (core: CoreEvent): FieldError[] =>
  validateEvent(core).map((error) => (error.field === 'reportingComponent' ? { ...error, field: 'reportingController' } : error));

const coreOf = (event: Event): CoreEvent => eventToCore(event as never) as unknown as CoreEvent;

/** An event of the new API is complete, and has nothing of the old. */
export const validateNewEvent = (event: Event): FieldError[] => {
  const errors = [...coreErrors(coreOf(event)), ...seriesErrors(event)];
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

/** What an event says stays, and only how often it came again changes; with what stands for nothing. */
const fixed = [
  ['involvedObject', {}],
  ['reason', ''],
  ['message', ''],
  ['source', {}],
  ['firstTimestamp', null],
  ['lastTimestamp', null],
  ['count', 0],
  ['type', ''],
  ['eventTime', null],
  ['action', ''],
  ['related', null],
  ['reportingComponent', ''],
  ['reportingInstance', ''],
] as const;

export const validateNewEventUpdate = (event: Event, old: Event): FieldError[] => {
  const [core, before] = [coreOf(event), coreOf(old)];
  return [
    ...coreErrors(core),
    ...(jsonEqual((core.series ?? null) as never, (before.series ?? null) as never) ? [] : seriesErrors(event)),
    ...fixed.flatMap(([field, none]) =>
      unchanged(core[field] ?? none, before[field] ?? none, field === 'reportingComponent' ? 'reportingController' : field),
    ),
  ];
};
