import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { AuditEvent } from './event.ts';

/** An event on its way to where it is stored. It is made when somebody looks at it, once for all. */
export interface AuditEntry {
  readonly event: () => AuditEvent;
  readonly json: () => string;
  /** About how much memory it holds, in bytes. */
  readonly held: number;
}

export const createEntry = (make: () => AuditEvent, held: number): AuditEntry => {
  let event: AuditEvent | undefined;
  let json: string | undefined;
  const made = (): AuditEvent => (event ??= make());
  return { event: made, json: () => (json ??= encodeJson(made())), held };
};

/** The entry where it is small enough; without the objects of request and answer, and marked so; undefined when that is still too large. */
export const truncated = (entry: AuditEntry, maxBytes: number): AuditEntry | undefined => {
  if (Buffer.byteLength(entry.json()) <= maxBytes) return entry;
  const { requestObject: _request, responseObject: _response, ...event } = entry.event();
  const less = createEntry(() => ({ ...event, annotations: { ...event.annotations, 'audit.k8s.io/truncated': 'true' } }), entry.held);
  return Buffer.byteLength(less.json()) <= maxBytes ? less : undefined;
};
