import type { GroupBehaviour } from '../kind-behaviour.ts';
import { eventFromCore, eventToCore } from './convert.ts';

export const eventsKinds: GroupBehaviour = {
  events: {
    ttlSeconds: 3600,
    storage: { group: '', version: 'v1', plural: 'events', toStored: eventToCore, fromStored: eventFromCore },
  },
};
