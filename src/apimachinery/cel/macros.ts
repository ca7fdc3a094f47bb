import { accumulator, call, ident, list, literal, member, type Comprehension, type Expr } from './ast.ts';

/** A call as written, before macros are looked for. */
export interface MacroCall {
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  readonly offset: number;
}
export interface MacroError {
  readonly error: string;
  readonly offset: number;
}

/** Rewrites a macro to plain expressions; undefined when the call is no macro. */
export const expandMacro = (macro: MacroCall): Expr | MacroError | undefined => {
  const { name, target, args } = macro;
  if (!target) return name === 'has' && args.length === 1 ? expandHas(macro) : undefined;
  if (name === 'sortBy' && args.length === 2) return expandSortBy(macro, target);
  if (name === 'optMap' || name === 'optFlatMap') return args.length === 2 ? expandOptional(macro, target) : undefined;
  const one = oneVariable[`${name}/${args.length}`];
  const two = twoVariables[`${name}/${args.length}`];
  const build = one ?? two;
  if (!build) return undefined;
  const names = args.slice(0, one ? 1 : 2).map((arg) => ({ name: arg.kind === 'ident' ? arg.name : undefined, offset: arg.offset }));
  const bad = names.find((it) => it.name === undefined || it.name === accumulator);
  if (bad) {
    const named = ['map', 'filter'].includes(name) && bad.name === undefined;
    return { error: named ? 'argument is not an identifier' : 'argument must be a simple name', offset: bad.offset };
  }
  const [variable = '', variable2] = names.map((it) => it.name ?? '');
  if (variable === variable2) return { error: `duplicate variable name: ${variable}`, offset: names[1]?.offset ?? 0 };
  const body = args.slice(names.length);
  return {
    kind: 'comprehension',
    range: target,
    variable,
    variable2,
    accumulator,
    offset: macro.offset,
    ...build(body, { ...macro, variable, variable2 }),
  };
};

const expandHas = ({ args, offset }: MacroCall): Expr | MacroError => {
  const [arg] = args;
  if (arg?.kind === 'select' && !arg.testOnly) return { ...arg, testOnly: true, offset };
  return { error: 'invalid argument to has() macro', offset: arg?.offset ?? 0 };
};

/** `o.optMap(x, e)`: e over the value when there is one. */
const expandOptional = ({ name, args, offset }: MacroCall, target: Expr): Expr | MacroError => {
  const [variable, body] = args;
  if (variable?.kind !== 'ident' || !body)
    return { error: `${name}() variable name must be a simple identifier`, offset: variable?.offset ?? offset };
  const value = bindVariable(variable.name, member(target, 'value', [], offset), body, offset);
  const mapped = name === 'optMap' ? member(ident('optional', offset), 'of', [value], offset) : value;
  return call('_?_:_', [member(target, 'hasValue', [], offset), mapped, member(ident('optional', offset), 'none', [], offset)], offset);
};

/** `list.sortBy(x, key)`: sorts by the list of keys, made once. */
const expandSortBy = ({ args, offset }: MacroCall, target: Expr): Expr | MacroError => {
  const [variable, key] = args;
  if (variable?.kind !== 'ident' || !key) return { error: 'argument is not an identifier', offset: variable?.offset ?? offset };
  const keys = { kind: 'comprehension', variable: variable.name, variable2: undefined, accumulator, offset } as const;
  const name = '@sortByInput';
  const input = ident(name, offset);
  return bindVariable(
    name,
    target,
    member(input, '@sortByAssociatedKeys', [{ ...keys, range: input, ...collect(key, undefined, offset) }], offset),
    offset,
  );
};

/** A variable for one expression: a fold over nothing whose accumulator is the variable. */
export const bindVariable = (name: string, value: Expr, body: Expr, offset: number): Comprehension => ({
  kind: 'comprehension',
  range: list([], offset),
  variable: '#unused',
  variable2: undefined,
  accumulator: name,
  initial: value,
  condition: literal(false, offset),
  step: ident(name, offset),
  result: body,
  offset,
});

type Fold = Pick<Comprehension, 'initial' | 'condition' | 'step' | 'result'>;
type Context = MacroCall & { readonly variable: string; readonly variable2: string | undefined };
type Builder = (body: readonly Expr[], context: Context) => Fold;

const result = (offset: number): Expr => ident(accumulator, offset);
const nothing = literal(false, 0);

const all: Builder = ([predicate = nothing], { offset }) => ({
  initial: literal(true, offset),
  condition: call('@not_strictly_false', [result(offset)], offset),
  step: call('_&&_', [result(offset), predicate], offset),
  result: result(offset),
});

const exists: Builder = ([predicate = nothing], { offset }) => ({
  initial: literal(false, offset),
  condition: call('@not_strictly_false', [call('!_', [result(offset)], offset)], offset),
  step: call('_||_', [result(offset), predicate], offset),
  result: result(offset),
});

const existsOne: Builder = ([predicate = nothing], { offset }) => ({
  initial: literal(0n, offset),
  condition: literal(true, offset),
  step: call('_?_:_', [predicate, call('_+_', [result(offset), literal(1n, offset)], offset), result(offset)], offset),
  result: call('_==_', [result(offset), literal(1n, offset)], offset),
});

/** Collects into a list; with a predicate only what satisfies it. */
const collect = (transform: Expr, predicate: Expr | undefined, offset: number): Fold => {
  const append = call('_+_', [result(offset), list([transform], offset)], offset);
  return {
    initial: list([], offset),
    condition: literal(true, offset),
    step: predicate ? call('_?_:_', [predicate, append, result(offset)], offset) : append,
    result: result(offset),
  };
};

const map: Builder = (body, { offset }) =>
  body.length === 2 ? collect(body[1] ?? nothing, body[0], offset) : collect(body[0] ?? nothing, undefined, offset);

const filter: Builder = ([predicate], { variable, offset }) => collect(ident(variable, offset), predicate, offset);

/** Collects into a map by inserting a key and value, or a whole entry. */
const insertInto =
  (entry: boolean): Builder =>
  (body, { variable, offset }) => {
    const value = body.at(-1) ?? nothing;
    const insert = call('cel.@mapInsert', entry ? [result(offset), value] : [result(offset), ident(variable, offset), value], offset);
    return {
      initial: { kind: 'map', entries: [], offset },
      condition: literal(true, offset),
      step: body.length === 2 ? call('_?_:_', [body[0] ?? nothing, insert, result(offset)], offset) : insert,
      result: result(offset),
    };
  };

/** By name and number of arguments. */
const oneVariable: Readonly<Record<string, Builder>> = {
  'all/2': all,
  'exists/2': exists,
  'exists_one/2': existsOne,
  'map/2': map,
  'map/3': map,
  'filter/2': filter,
};

const twoVariables: Readonly<Record<string, Builder>> = {
  'all/3': all,
  'exists/3': exists,
  'exists_one/3': existsOne,
  'existsOne/3': existsOne,
  'transformList/3': map,
  'transformList/4': map,
  'transformMap/3': insertInto(false),
  'transformMap/4': insertInto(false),
  'transformMapEntry/3': insertInto(true),
  'transformMapEntry/4': insertInto(true),
};
