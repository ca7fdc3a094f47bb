import type { Value } from './values.ts';

interface Base {
  /** Where the expression starts, for messages: of a call its operator or parenthesis, as cel-go reports. */
  readonly offset: number;
}
export interface Literal extends Base {
  readonly kind: 'literal';
  readonly value: Value;
}
export interface Ident extends Base {
  readonly kind: 'ident';
  readonly name: string;
}
export interface Select extends Base {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** `has(a.b)`: presence instead of the value. */
  readonly testOnly: boolean;
}
export interface Call extends Base {
  readonly kind: 'call';
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}
export interface ListExpr extends Base {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
  /** Elements written `?e`, which are left out when the optional is empty. */
  readonly optional: ReadonlySet<number>;
}
export interface MapExpr extends Base {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[];
}
/** A message made by an expression, such as `JSONPatch{op: "remove", path: "/spec"}`. */
export interface StructExpr extends Base {
  readonly kind: 'struct';
  readonly typeName: string;
  readonly fields: readonly { readonly name: string; readonly value: Expr; readonly optional: boolean; readonly offset: number }[];
}
/** A fold over a list or map; every iterating macro becomes one, and `cel.bind` one over nothing. */
export interface Comprehension extends Base {
  readonly kind: 'comprehension';
  readonly range: Expr;
  readonly variable: string;
  /** For two-variable forms: `variable` is the index or key, this the value. */
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension;

/** The accumulator of every macro; no identifier can be spelled so. */
export const accumulator = '@result';

export const literal = (value: Value, offset: number): Literal => ({ kind: 'literal', value, offset });
export const ident = (name: string, offset: number): Ident => ({ kind: 'ident', name, offset });
export const call = (name: string, args: readonly Expr[], offset: number): Call => ({
  kind: 'call',
  name,
  target: undefined,
  args,
  offset,
});
export const member = (target: Expr, name: string, args: readonly Expr[], offset: number): Call => ({
  kind: 'call',
  name,
  target,
  args,
  offset,
});
export const list = (elements: readonly Expr[], offset: number): ListExpr => ({ kind: 'list', elements, optional: new Set(), offset });
