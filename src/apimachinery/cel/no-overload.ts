import { typeName } from './equality.ts';
import { EvaluationError, type Value } from './values.ts';

/** No signature of a function takes these arguments: operators, which the original finds by what a value can do, name no types. */
export const noOverloadFor =
  (name: string) =>
  (args: readonly Value[]): never => {
    const [first = null] = args;
    if (name === 'sort' || name === '@sortByAssociatedKeys') throw new EvaluationError('list elements must be comparable');
    if (conversionNames.has(name) || listFunctions.has(name))
      throw new EvaluationError(`no such overload: ${name}(${args.map(typeName).join(', ')})`);
    const can = traits[name];
    throw new EvaluationError(can && !can.has(typeName(first)) ? `no such overload: ${name}` : 'no such overload');
  };

const conversionNames = new Set(['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint']);
const listFunctions = new Set(['isSorted', 'max', 'min', 'sum']);
const [numbers, times] = [
  ['int', 'uint', 'double'],
  ['google.protobuf.Timestamp', 'google.protobuf.Duration'],
] as const;
const ordered = new Set<string>(['bool', 'string', 'bytes', ...numbers, ...times]);
/** The types that know an operator, by its name. */
const traits: Readonly<Record<string, ReadonlySet<string>>> = {
  '_+_': new Set<string>(['string', 'bytes', 'list', ...numbers, ...times]),
  '_-_': new Set<string>([...numbers, ...times]),
  '_*_': new Set<string>(numbers),
  '_/_': new Set<string>(numbers),
  '_%_': new Set<string>(['int', 'uint']),
  '-_': new Set<string>(['int', 'double', 'google.protobuf.Duration']),
  '_<_': ordered,
  '_<=_': ordered,
  '_>_': ordered,
  '_>=_': ordered,
  size: new Set(['string', 'bytes', 'list', 'map']),
};
