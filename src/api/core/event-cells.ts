import { humanAge } from '../../apimachinery/time/human-duration.ts';
import { cellsOf } from '../typed.ts';
import type { Event } from './types.gen.ts';

/** Last seen, type, reason, object, message; wide: subobject, source, first seen, count, name. */
export const eventCells = cellsOf<Event>((event, now) => {
  const first = humanAge(event.firstTimestamp || event.eventTime, now);
  const last = event.series
    ? humanAge(event.series.lastObservedTime, now)
    : event.lastTimestamp
      ? humanAge(event.lastTimestamp, now)
      : first;
  const { involvedObject, source } = event;
  const kind = (involvedObject.kind ?? '').toLowerCase();
  const component = source?.component || event.reportingComponent || '';
  const instance = source?.host || event.reportingInstance || '';
  return [
    last,
    event.type ?? '',
    event.reason ?? '',
    involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
    involvedObject.fieldPath ?? '',
    instance ? `${component}, ${instance}` : component,
    (event.message ?? '').trim(),
    first,
    event.series ? (event.series.count ?? 0) : event.count || 1,
    event.metadata.name,
  ];
});
