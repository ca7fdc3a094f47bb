import type { GroupBehaviour } from '../kind-behaviour.ts';
import { eventCells } from '../core/event-cells.ts';
import { eventFields } from '../core/selectable-fields.ts';
import { eventFromCore, eventToCore } from './convert.ts';

export const eventsKinds: GroupBehaviour = {
  events: {
    cells: (event, now) => eventCells(eventToCore(event), now),
    ttlSeconds: 3600,
    strategy: { allowCreateOnUpdate: true },
    selectableFields: Object.fromEntries(Object.entries(eventFields).map(([field, read]) => [field, (event) => read(eventToCore(event))])),
    storage: { group: '', version: 'v1', plural: 'events', toStored: eventToCore, fromStored: eventFromCore },
  },
};
