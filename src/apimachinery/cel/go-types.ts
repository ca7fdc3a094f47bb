import { Duration, Optional, OpaqueValue, Timestamp, TypeValue, Uint, type Value } from './values.ts';

const goTypes: readonly (readonly [string, (value: Value) => boolean])[] = [
  ['types.Null', (value) => value === null],
  ['types.Bool', (value) => typeof value === 'boolean'],
  ['types.Int', (value) => typeof value === 'bigint'],
  ['types.Uint', (value) => value instanceof Uint],
  ['types.Double', (value) => typeof value === 'number'],
  ['types.String', (value) => typeof value === 'string'],
  ['types.Bytes', (value) => value instanceof Uint8Array],
  ['types.Timestamp', (value) => value instanceof Timestamp],
  ['types.Duration', (value) => value instanceof Duration],
  ['*types.Optional', (value) => value instanceof Optional],
  ['*types.Type', (value) => value instanceof TypeValue],
  ...['Quantity', 'IP', 'CIDR', 'URL', 'Semver'].map((name): (typeof goTypes)[number] => [
    `cel.${name}`,
    (value) => value instanceof OpaqueValue && value.type.kind === 'opaque' && value.type.name.endsWith(`.${name}`),
  ]),
];

/** The Go type of a value that is no list, map or object, as the original's errors name it. */
export const goTypeOf = (value: Value): string | undefined => goTypes.find(([, is]) => is(value))?.[0];
