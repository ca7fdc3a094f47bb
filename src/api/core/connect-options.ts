import type { SubresourceDefinition } from '../kind-definition.ts';
import type { JsonSchema, SchemaSource } from '../../apimachinery/schema/json-schema.ts';

/** How the query of a connection is read: `strings` and `ports` may be given more than once. */
export type ConnectFieldType = 'boolean' | 'string' | 'strings' | 'ports';

export interface ConnectField {
  readonly name: string;
  readonly type: ConnectFieldType;
  /** Written even when nothing was said. */
  readonly always?: boolean;
}

const streams: readonly ConnectField[] = ['stdin', 'stdout', 'stderr', 'tty'].map((name) => ({ name, type: 'boolean' }));
const container: ConnectField = { name: 'container', type: 'string' };
const path: ConnectField = { name: 'path', type: 'string' };

/** The kinds of core/v1 that stand for a connection (exec, proxy …), with their fields in the order in which they are written. */
export const connectOptions: Readonly<Record<string, readonly ConnectField[]>> = {
  PodAttachOptions: [...streams, container],
  PodExecOptions: [...streams, container, { name: 'command', type: 'strings', always: true }],
  PodPortForwardOptions: [{ name: 'ports', type: 'ports' }],
  PodProxyOptions: [path],
  ServiceProxyOptions: [path],
  NodeProxyOptions: [path],
};

/** Whether a subresource is a connection, whose bytes are somebody else's. */
export const isConnect = ({ kind }: SubresourceDefinition): boolean =>
  kind !== undefined && kind.group === '' && kind.kind in connectOptions;

const schemas: Readonly<Record<ConnectFieldType, JsonSchema>> = {
  boolean: { type: 'boolean' },
  string: { type: 'string' },
  strings: { type: 'array', items: { type: 'string' } },
  ports: { type: 'array', items: { type: 'integer', format: 'int32' } },
};

/** The schema of such a kind: it is published nowhere, since nobody sends one. */
export const connectSchema = (kind: string): SchemaSource => {
  const properties = Object.fromEntries((connectOptions[kind] ?? []).map(({ name, type }) => [name, schemas[type]]));
  const root: JsonSchema = {
    type: 'object',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...properties },
    'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind }],
  };
  return {
    root,
    resolve(ref) {
      throw new Error(`no schema named ${ref} in ${kind}`);
    },
  };
};
