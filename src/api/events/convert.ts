import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

/** events.k8s.io/v1 field → core/v1 field; the rest has the same name in both. */
const names = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
] as const;

const rename = (object: UnstructuredObject, apiVersion: string, direction: 'core' | 'events'): UnstructuredObject => {
  const renamed = new Map<string, string>(names.map(([event, core]) => (direction === 'core' ? [event, core] : [core, event])));
  const entries = Object.entries(object).map(([field, value]) => [renamed.get(field) ?? field, value]);
  return { ...(Object.fromEntries(entries) as UnstructuredObject), apiVersion };
};

/** Events of both groups are stored as core/v1. */
export const eventToCore = (event: UnstructuredObject): UnstructuredObject => rename(event, 'v1', 'core');

export const eventFromCore = (event: UnstructuredObject): UnstructuredObject => rename(event, 'events.k8s.io/v1', 'events');
