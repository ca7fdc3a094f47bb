import type { Call, Comprehension, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import { costOf, times } from './cost-model.ts';
import type { Declaration } from './declarations.ts';
import type { Environment } from './environment.ts';
import { escapeFieldName } from './field-names.ts';
import type { CelType } from './types.ts';

/** The place in the schema; undefined when there never was one, null when it was lost on the way. */
type Origin = Declaration | null | undefined;

/** How large a value can be: at least, at most. */
interface Size {
  readonly min: number;
  readonly max: number;
}
/** What is known about an expression's value: its size, its parts', and where in the schema it comes from. */
interface Known {
  readonly cost: number;
  readonly size: Size | undefined;
  readonly declaration?: Origin;
  readonly element?: Size | undefined;
  readonly key?: Size | undefined;
}

const exactly = (size: number): Size => ({ min: size, max: size });
const unbounded: Size = { min: 0, max: Infinity };
const union = (left: Size, right: Size): Size => ({ min: Math.min(left.min, right.min), max: Math.max(left.max, right.max) });
const sum = (left: Size, right: Size): Size => ({ min: left.min + right.min, max: left.max + right.max });

/** The most that an expression can cost when its variables are as large as their schemas allow (cel-go's static estimate). */
export const estimateCost = (checked: Checked, environment: Environment): number =>
  new Estimator(checked, environment).visit(checked.expression).cost;

const scalarKinds = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

/** A whole number written out; anything below nothing counts as nothing. */
const writtenNumber = (expr: Expr | undefined, otherwise: number): number =>
  expr?.kind === 'literal' && typeof expr.value === 'bigint' ? Math.max(0, Number(expr.value)) : otherwise;

/** How much of a list its slice takes as far as its bounds are written out; one that ends before it starts has no bound. */
const sliceLength = ([from, to]: readonly Expr[], list: Size): number => {
  const length = writtenNumber(to, list.max) - writtenNumber(from, 0);
  return length < 0 ? Infinity : length;
};

class Estimator {
  readonly #checked: Checked;
  readonly #environment: Environment;
  readonly #scopes: Map<string, Known>[] = [];

  constructor(checked: Checked, environment: Environment) {
    this.#checked = checked;
    this.#environment = environment;
  }

  visit(expr: Expr): Known {
    switch (expr.kind) {
      case 'literal':
        return { cost: 0, size: literalSize(expr.value) };
      case 'ident':
        return this.#ident(expr.name, expr);
      case 'select': {
        const variable = this.#checked.qualified.get(expr);
        return variable === undefined ? this.#select(expr.operand, expr) : this.#ident(variable, expr);
      }
      case 'call':
        return this.#call(expr);
      case 'list': {
        const items = expr.elements.map((element) => this.visit(element));
        const element = items.length === 0 ? exactly(0) : items.map(sizeOrUnbounded).reduce(union);
        return { cost: total(items) + 10, size: exactly(items.length), element, key: exactly(1) };
      }
      case 'map': {
        const keys = expr.entries.map(({ key }) => this.visit(key));
        const values = expr.entries.map(({ value }) => this.visit(value));
        const spread = (items: Known[]): Size => (items.length === 0 ? exactly(0) : items.map(sizeOrUnbounded).reduce(union));
        return { cost: total(keys) + total(values) + 30, size: exactly(keys.length), element: spread(values), key: spread(keys) };
      }
      case 'struct':
        return { cost: total(expr.fields.map(({ value }) => this.visit(value))) + 40, size: undefined };
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #typeOf(expr: Expr): CelType | undefined {
    return this.#checked.types.get(expr);
  }

  /** From the schema, else from the type when it is a scalar. */
  #declared(expr: Expr, declaration: Origin, cost: number): Known {
    if (declaration === undefined) return { cost, size: this.#pathless() };
    return { cost, size: declaration ? { min: 0, max: declaration.maxElements } : this.#scalarSize(expr), declaration };
  }

  /** cel-go takes whatever has no path in the schema for as large as `self` is: nothing, where self is an object. */
  #pathless(): Size {
    return { min: 0, max: this.#environment.variables.get('self')?.declaration?.maxElements ?? Infinity };
  }

  #scalarSize(expr: Expr): Size | undefined {
    let type = this.#typeOf(expr);
    while (type?.kind === 'optional') type = type.element;
    return type && scalarKinds.has(type.kind) ? exactly(1) : undefined;
  }

  #ident(name: string, expr: Expr): Known {
    const local = this.#scopes.findLast((scope) => scope.has(name))?.get(name);
    if (local) return { ...local, cost: 1, size: local.declaration ? local.size : (this.#scalarSize(expr) ?? local.size) };
    return this.#declared(expr, this.#environment.variables.get(name)?.declaration, 1);
  }

  #select(operandExpr: Expr, expr: { readonly field: string; readonly testOnly: boolean } & Expr): Known {
    const operand = this.visit(operandExpr);
    if (expr.testOnly) return { cost: operand.cost, size: exactly(1) };
    const type = this.#typeOf(operandExpr);
    const cost = operand.cost + (type?.kind === 'map' || type?.kind === 'object' ? 1 : 0);
    return this.#declared(expr, fieldOf(operand.declaration, expr.field), cost);
  }

  #call(expr: Call): Known {
    const isMember = expr.target !== undefined && !this.#checked.qualified.has(expr);
    const operands = [...(isMember && expr.target ? [expr.target] : []), ...expr.args].map((arg) => this.visit(arg));
    const [first, second, third] = operands;
    const cost = total(operands);
    switch (expr.name) {
      case 'dyn':
        return { ...first, size: first?.size, cost: cost + 1 };
      case '_&&_':
      case '_||_':
        return { cost, size: exactly(1) };
      case '_?_:_': {
        if (!first || !second || !third) return { cost, size: undefined };
        const element = second.element && third.element ? union(second.element, third.element) : undefined;
        const size = union(sizeOrUnbounded(second), sizeOrUnbounded(third));
        return { cost: first.cost + Math.max(second.cost, third.cost), size, element };
      }
      case '_?._': {
        const field = expr.args[1]?.kind === 'literal' ? String(expr.args[1].value) : '';
        return this.#declared(expr, fieldOf(first?.declaration, field), cost + 1);
      }
      default:
        break;
    }
    const overloads = this.#checked.overloads.get(expr) ?? [];
    if (expr.name === 'slice' && first) {
      const taken = sliceLength(expr.args, sizeOrUnbounded(first));
      return { ...first, size: exactly(taken), cost: cost + costOf({ id: '', name: 'slice' })([taken], 0) };
    }
    if (expr.name === '_==_' && expr.args.every((arg) => this.#typeOf(arg)?.kind === 'opaque')) return { cost: cost + 1, size: exactly(1) };
    const sizes = operands.map((operand) => sizeOrUnbounded(operand));
    const elementSize = this.#elementSize(expr.target ?? expr.args[0], first);
    const own = overloads.reduce(
      (most, overload) =>
        Math.max(
          most,
          costOf(overload)(
            sizes.map(({ max }) => max),
            elementSize,
          ),
        ),
      0,
    );
    return { ...this.#callResult(expr, operands, sizes), cost: cost + own };
  }

  /** Of strings and bytes in a list; other items count as one. */
  #elementSize(list: Expr | undefined, known: Known | undefined): number {
    const type = list && this.#typeOf(list);
    if (type?.kind !== 'list' || (type.element.kind !== 'string' && type.element.kind !== 'bytes')) return 0;
    return known?.declaration?.element?.maxElements ?? Infinity;
  }

  #callResult(expr: Call, operands: readonly Known[], sizes: readonly Size[]): Omit<Known, 'cost'> {
    const [first] = operands;
    const [left = unbounded, right = unbounded] = sizes;
    switch (expr.name) {
      case '_[_]':
      case '_[?_]': {
        const { size, declaration } = this.#declared(expr, elementOf(first?.declaration), 0);
        return { size: first?.element ?? size, declaration };
      }
      case '_+_':
        if (this.#scalarSize(expr)) return { size: exactly(1) };
        return {
          size: sum(left, right),
          element: first?.element && operands[1]?.element ? union(first.element, operands[1].element) : undefined,
        };
      case 'url':
      case 'lowerAscii':
      case 'upperAscii':
      case 'substring':
      case 'trim':
        return { size: left };
      // Where the items come from is no longer known.
      case 'sort':
      case 'distinct':
      case 'reverse':
      case '@sortByAssociatedKeys':
        return { size: left };
      case 'range': {
        const [count] = expr.args;
        return { size: this.#checked.qualified.has(expr) && count?.kind === 'literal' ? exactly(Number(count.value)) : undefined };
      }
      case 'replace':
        return { size: replacedSize(left, right, sizes[2] ?? unbounded) };
      case 'split':
      case 'find':
      case 'findAll':
        return { size: { min: 0, max: left.max } };
      case 'join':
        return { size: { min: 0, max: times(left.max, this.#elementSize(expr.target, first) + (operands[1] ? right.max : 0)) } };
      default:
        return { size: this.#scalarSize(expr) };
    }
  }

  #comprehension(expr: Comprehension): Known {
    const range = this.visit(expr.range);
    const initial = this.visit(expr.initial);
    const isBinding = expr.range.kind === 'list' && expr.range.elements.length === 0 && expr.variable === '#unused';
    this.#scopes.push(new Map([[expr.accumulator, initial]]));
    if (isBinding) {
      const result = this.visit(expr.result);
      this.#scopes.pop();
      return { ...result, cost: range.cost + initial.cost + result.cost };
    }
    this.#scopes.push(this.#variables(expr, range));
    const loop = this.visit(expr.condition).cost;
    const step = this.visit(expr.step);
    this.#scopes.pop();
    const result = this.visit(expr.result);
    this.#scopes.pop();
    const count = sizeOrUnbounded(range);
    const cost = range.cost + initial.cost + result.cost + times(count.max, loop + step.cost);
    const collects = expr.initial.kind === 'list' || expr.initial.kind === 'map';
    return collects ? { cost, size: count, element: step.element, key: step.key } : { cost, size: initial.size };
  }

  #variables(expr: Comprehension, range: Known): Map<string, Known> {
    const isList = this.#typeOf(expr.range)?.kind === 'list';
    const part = (declaration: Origin, size: Size | undefined): Known => ({
      cost: 1,
      size: declaration ? { min: 0, max: declaration.maxElements } : declaration === null ? size : this.#pathless(),
      declaration,
    });
    const value = part(elementOf(range.declaration), range.element);
    const key = isList ? part(undefined, exactly(1)) : part(range.declaration && (range.declaration.key ?? null), range.key);
    if (expr.variable2 === undefined) return new Map([[expr.variable, isList ? value : key]]);
    return new Map([
      [expr.variable, key],
      [expr.variable2, value],
    ]);
  }
}

const sizeOrUnbounded = (known: Known): Size => known.size ?? unbounded;
const total = (items: readonly Known[]): number => items.reduce((cost, item) => cost + item.cost, 0);
const fieldOf = (declaration: Origin, field: string): Origin =>
  declaration && (declaration.fields?.get(field) ?? declaration.fields?.get(escapeFieldName(field) ?? '') ?? null);
const elementOf = (declaration: Origin): Origin => declaration && (declaration.element ?? null);

const literalSize = (value: unknown): Size => {
  if (typeof value === 'string') return exactly(Array.from(value).length);
  return exactly(value instanceof Uint8Array ? value.length : 1);
};

/** The longest that `text.replace(from, to)` can get. */
const replacedSize = (text: Size, from: Size, to: Size): Size => {
  if (from.min === 0) return { min: 0, max: times(text.max + 1, to.max) + text.max };
  return { min: 0, max: to.max <= from.min ? text.max : times(Math.ceil(text.max / from.min), to.max) };
};
