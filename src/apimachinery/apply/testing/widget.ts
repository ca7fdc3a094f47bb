import type { JsonObject } from '../../meta/object.ts';
import type { JsonSchema, SchemaSource } from '../../schema/json-schema.ts';
import { applyPatch, type ApplyResult } from '../apply-patch.ts';
import { excludeFields } from '../field-filters.ts';
import { trackUpdate } from '../track-update.ts';

const text: JsonSchema = { type: 'string' };

/** A kind with every way of merging, for tests. */
export const widgetSchema: SchemaSource = {
  root: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'integer' },
          set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
          plain: { type: 'array', items: text },
          items: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['host', 'port'],
            items: {
              type: 'object',
              properties: { host: text, port: { type: 'integer', default: 80 }, weight: { type: 'integer' } },
            },
          },
          atomic: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
          open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          map: { type: 'object', additionalProperties: text },
        },
      },
      status: { type: 'object', properties: { phase: text } },
    },
  },
  resolve: (ref) => {
    throw new Error(`no schema ${ref}`);
  },
};

export const apiVersion = 'x.example/v1';

/** A Widget with this spec and more. */
export const widget = (spec: JsonObject | undefined, more: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'default' },
  ...(spec === undefined ? {} : { spec }),
  ...more,
});

const context = (manager: string, time: string) => ({
  manager,
  apiVersion,
  subresource: '',
  time,
  filter: excludeFields(['status']),
  kind: { schema: (version: string) => (version === apiVersion ? widgetSchema : undefined) },
});

export interface StepOptions {
  readonly live: JsonObject | undefined;
  readonly force?: boolean;
  readonly time?: string;
}

/** Applies as a manager. */
export const apply = (
  manager: string,
  patch: JsonObject,
  { live, force = false, time = '2026-01-01T00:00:00Z' }: StepOptions,
): ApplyResult => applyPatch({ ...context(manager, time), live, patch, force });

/** Replaces the object as a manager, keeping the managers that the live object has. */
export const update = (manager: string, next: JsonObject, { live, time = '2026-01-01T00:00:00Z' }: StepOptions): JsonObject => {
  const managedFields = trackUpdate({ ...context(manager, time), old: live, new: next });
  const metadata = { ...(next['metadata'] as JsonObject) };
  delete metadata['managedFields'];
  return { ...next, metadata: managedFields ? { ...metadata, managedFields: managedFields as unknown as JsonObject[] } : metadata };
};

/** Who owns which fields: `manager operation` → fieldsV1. */
export const owners = (object: JsonObject): Record<string, unknown> => {
  const entries = ((object['metadata'] as JsonObject)['managedFields'] ?? []) as JsonObject[];
  return Object.fromEntries(entries.map((entry) => [`${String(entry['manager'])} ${String(entry['operation'])}`, entry['fieldsV1']]));
};
