import { addresses } from './functions/addresses.ts';
import { authorizer } from './functions/authorizer.ts';
import { conversions } from './functions/conversions.ts';
import type { Overload } from './functions/declare.ts';
import { lists } from './functions/lists.ts';
import { namedFormats } from './functions/named-formats.ts';
import { operators } from './functions/operators.ts';
import { optionals } from './functions/optionals.ts';
import { quantities } from './functions/quantities.ts';
import { regex } from './functions/regex.ts';
import { semvers } from './functions/semvers.ts';
import { sets } from './functions/sets.ts';
import { strings } from './functions/strings.ts';
import { times } from './functions/times.ts';
import { urls } from './functions/urls.ts';
import type { Declaration } from './declarations.ts';
import { dynType, type CelType } from './types.ts';

/** A variable that expressions may read; with a declaration its size is known to cost estimates. */
export interface Variable {
  readonly name: string;
  readonly type: CelType;
  readonly declaration?: Declaration | undefined;
}

/** A type whose values expressions can make; of an open one any field may be set, and nothing is known of it. */
export interface StructType {
  readonly type: CelType;
  readonly isOpen: boolean;
}

/** What an expression may refer to. */
export interface Environment {
  /** The type that a struct literal names. */
  readonly structs?: (name: string) => StructType | undefined;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
}

/** Everything that kube-apiserver 1.35 offers to expressions. */
const library: readonly Overload[] = [
  operators,
  conversions,
  times,
  strings,
  lists,
  sets,
  optionals,
  regex,
  urls,
  quantities,
  addresses,
  namedFormats,
  semvers,
  authorizer,
].flat();

const byName = (overloads: readonly Overload[]): Map<string, Overload[]> => {
  const functions = new Map<string, Overload[]>();
  for (const overload of overloads) {
    const known = functions.get(overload.name);
    if (known) known.push(overload);
    else functions.set(overload.name, [overload]);
  }
  return functions;
};

let shared: ReadonlyMap<string, readonly Overload[]> | undefined;

/** An environment with the standard library and Kubernetes' own, some variables, and what a caller adds. */
export const createEnvironment = (
  variables: readonly Variable[],
  functions: readonly Overload[] = [],
  structs?: Environment['structs'],
): Environment => {
  shared ??= byName(library);
  return {
    ...(structs ? { structs } : {}),
    variables: new Map(variables.map((variable) => [variable.name, variable])),
    functions: functions.length === 0 ? shared : byName([...library, ...functions]),
  };
};

/** A variable whose type is that of a schema; dyn when CEL cannot say. */
export const declaredVariable = (name: string, declaration: Declaration | undefined): Variable => ({
  name,
  type: declaration?.type ?? dynType,
  declaration,
});
