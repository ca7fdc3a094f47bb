import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { eventCells } from '../core/event-cells.ts';
import { eventFields } from '../core/selectable-fields.ts';
import { strategyOf } from '../typed.ts';
import { validateNewEvent, validateNewEventUpdate } from './validation.ts';
import type { Event } from './types.gen.ts';
import { eventFromCore, eventToCore } from './convert.ts';

const nameHere = (field: string): string =>
  field === 'reportingComponent' ? 'reportingController' : field.replace(/^involvedObject\./, 'regarding.');

/** The fields of core Events by the names that they have in this group; `source` has none. */
const fields = Object.fromEntries(
  Object.entries(eventFields)
    .filter(([field]) => field !== 'source')
    .map(([field, read]) => [nameHere(field), (event: UnstructuredObject) => read(eventToCore(event))]),
);

export const eventsKinds: GroupBehaviour = {
  events: {
    cells: (event, now) => eventCells(eventToCore(event), now),
    ttlSeconds: 3600,
    strategy: strategyOf<Event>({
      allowCreateOnUpdate: true,
      validate: validateNewEvent,
      validateUpdate: validateNewEventUpdate,
    }),
    selectableFields: fields,
    storage: { group: '', version: 'v1', plural: 'events', toStored: eventToCore, fromStored: eventFromCore },
  },
};
