import { accumulator, type Call, type Comprehension, type Expr, type StructExpr } from './ast.ts';
import type { Checked } from './checker.ts';
import { costOf } from './cost-model.ts';
import { escapeFieldName } from './field-names.ts';
import { typeName } from './equality.ts';
import type { Overload } from './functions/declare.ts';
import { goTypeOf } from './go-types.ts';
import { noOverloadFor } from './no-overload.ts';
import { matchesType } from './runtime-types.ts';
import { sizeOf } from './sizes.ts';
import { DynamicMap, EvaluationError, isMap, List, Optional, StructValue, TypeValue, Uint, type Value } from './values.ts';

/** Evaluation cost more than allowed. */
export class CostLimitError extends EvaluationError {}

/** One evaluation: variables by slot, and what it has cost so far. */
export interface Evaluation {
  readonly slots: (Value | EvaluationError | undefined)[];
  cost: number;
  readonly limit: number;
}
export type Evaluate = (evaluation: Evaluation) => Value;

/** Compiles a checked expression to closures; `slots` names the first slots, in order. */
export const compileEvaluation = (checked: Checked, variables: readonly string[]): Evaluate =>
  new Compiler(checked, variables).compile(checked.expression);

const charge = (evaluation: Evaluation, cost: number): void => {
  evaluation.cost += cost;
  if (evaluation.cost > evaluation.limit) throw new CostLimitError('operation cancelled: actual cost limit exceeded');
};

const noOverload = (): never => {
  throw new EvaluationError('no such overload');
};

const notIterable = (value: Value): never => {
  const type = goTypeOf(value);
  if (type === undefined) return noOverload();
  throw new EvaluationError(`got '${type}', expected iterable type`);
};

class Compiler {
  readonly #checked: Checked;
  readonly #scope: Map<string, number>[] = [];
  #nextSlot: number;

  constructor(checked: Checked, variables: readonly string[]) {
    this.#checked = checked;
    this.#scope.push(new Map(variables.map((name, index) => [name, index])));
    this.#nextSlot = variables.length;
  }

  compile(expr: Expr): Evaluate {
    switch (expr.kind) {
      case 'literal': {
        const { value } = expr;
        return () => value;
      }
      case 'ident':
        return this.#ident(expr.name);
      case 'select': {
        const variable = this.#checked.qualified.get(expr);
        if (variable !== undefined) return this.#ident(variable);
        return expr.testOnly ? this.#has(this.compile(expr.operand), expr) : this.#select(this.compile(expr.operand), expr);
      }
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr.elements, expr.optional);
      case 'map':
        return this.#map(expr.entries);
      case 'struct':
        return this.#struct(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #ident(name: string): Evaluate {
    const slot = this.#scope.findLast((scope) => scope.has(name))?.get(name);
    if (slot === undefined) {
      const type = new TypeValue(name);
      return () => type;
    }
    return (evaluation) => {
      charge(evaluation, 1);
      const value = evaluation.slots[slot];
      if (value === undefined) throw new EvaluationError(`no such attribute(s): ${name}`);
      // all and exists go on after an error: a later item may decide.
      if (value instanceof EvaluationError) throw value;
      return value;
    };
  }

  /** The name in JSON of a field, which expressions may spell escaped. */
  #jsonName(operand: Expr, field: string): string {
    let type = this.#checked.types.get(operand);
    if (type?.kind === 'optional') type = type.element;
    if (type?.kind !== 'object') return field;
    return (type.fields?.get(field) ?? type.fields?.get(escapeFieldName(field) ?? ''))?.name ?? field;
  }

  #select(operand: Evaluate, expr: { readonly operand: Expr; readonly field: string }): Evaluate {
    const name = this.#jsonName(expr.operand, expr.field);
    return (evaluation) => {
      const value = operand(evaluation);
      charge(evaluation, 1);
      if (value instanceof Optional) return optionalField(value, name);
      // What has no fields at all, null too, lacks this one like any other.
      const found = value instanceof StructValue ? value.fields.get(name) : isMap(value) ? value.get(name) : undefined;
      if (found === undefined) throw new EvaluationError(`no such key: ${name}`);
      return found;
    };
  }

  #has(operand: Evaluate, expr: { readonly operand: Expr; readonly field: string }): Evaluate {
    const name = this.#jsonName(expr.operand, expr.field);
    return (evaluation) => {
      const value = operand(evaluation);
      if (value instanceof Optional) return optionalField(value, name).value !== undefined;
      return isMap(value) && value.get(name) !== undefined;
    };
  }

  #call(expr: Call): Evaluate {
    const operands = [...(expr.target && !this.#checked.qualified.has(expr) ? [expr.target] : []), ...expr.args].map((arg) =>
      this.compile(arg),
    );
    const [first = noOverload, second = noOverload, third = noOverload] = operands;
    switch (expr.name) {
      case '_&&_':
        return logical(first, second, false);
      case '_||_':
        return logical(first, second, true);
      case '_?_:_':
        return (evaluation) => {
          const condition = first(evaluation);
          return condition === true ? second(evaluation) : condition === false ? third(evaluation) : noOverload();
        };
      case '_?._':
        return this.#optionalSelect(expr, first);
      case '@not_strictly_false':
        return notStrictlyFalse(first);
      default:
        break;
    }
    if (expr.target && (expr.name === 'or' || expr.name === 'orValue') && operands.length === 2)
      return fallback(first, second, expr.name === 'orValue');
    return dispatch(operands, this.#checked.overloads.get(expr) ?? [], expr.name === '_[_]' ? missingIndex : noOverloadFor(expr.name));
  }

  #optionalSelect(expr: Call, operand: Evaluate): Evaluate {
    const [target, field] = expr.args;
    const spelled = field?.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
    const name = target ? this.#jsonName(target, spelled) : spelled;
    return (evaluation) => {
      const value = operand(evaluation);
      charge(evaluation, 1);
      return optionalField(value instanceof Optional ? value : new Optional(value), name);
    };
  }

  #list(elements: readonly Expr[], optional: ReadonlySet<number>): Evaluate {
    const compiled = elements.map((element) => this.compile(element));
    return (evaluation) => {
      const items: Value[] = [];
      compiled.forEach((element, index) => {
        const value = element(evaluation);
        if (!optional.has(index)) items.push(value);
        else if (value instanceof Optional && value.value !== undefined) items.push(value.value);
      });
      charge(evaluation, 10);
      return new List(items);
    };
  }

  #map(entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[]): Evaluate {
    const compiled = entries.map(({ key, value, optional }) => ({ key: this.compile(key), value: this.compile(value), optional }));
    return (evaluation) => {
      const map = new DynamicMap();
      for (const { key, value, optional } of compiled) {
        const name = key(evaluation);
        if (!isKey(name)) throw new EvaluationError(`unsupported key type: ${typeName(name)}`);
        const found = value(evaluation);
        if (!optional) map.set(name, found);
        else if (found instanceof Optional && found.value !== undefined) map.set(name, found.value);
      }
      charge(evaluation, 30);
      return map;
    };
  }

  #struct(expr: StructExpr): Evaluate {
    const compiled = expr.fields.map(({ name, value, optional }) => ({ name, value: this.compile(value), optional }));
    return (evaluation) => {
      const fields = new Map<string, Value>();
      for (const { name, value, optional } of compiled) {
        const found = value(evaluation);
        if (!optional) fields.set(name, found);
        else if (found instanceof Optional && found.value !== undefined) fields.set(name, found.value);
      }
      charge(evaluation, 40);
      return new StructValue(expr.typeName, fields);
    };
  }

  #comprehension(expr: Comprehension): Evaluate {
    const range = this.compile(expr.range);
    const initial = this.compile(expr.initial);
    const slot = this.#nextSlot;
    this.#nextSlot += 3;
    this.#scope.push(new Map([[expr.accumulator, slot]]));
    const result = this.compile(expr.result);
    const names: [string, number][] =
      expr.variable2 === undefined
        ? [[expr.variable, slot + 1]]
        : [
            [expr.variable, slot + 1],
            [expr.variable2, slot + 2],
          ];
    this.#scope.push(new Map(names));
    const condition = this.compile(expr.condition);
    const step = this.#step(expr, slot);
    this.#scope.pop();
    this.#scope.pop();
    const hasTwo = expr.variable2 !== undefined;
    const survives = expr.condition.kind === 'call' && expr.condition.name === '@not_strictly_false';
    return (evaluation) => {
      const { slots } = evaluation;
      const over = range(evaluation);
      const start = initial(evaluation);
      slots[slot] = start instanceof List ? new List(start.toArray()) : start;
      const visit = (key: Value, value: Value): boolean => {
        slots[slot + 1] = key;
        slots[slot + 2] = value;
        if (condition(evaluation) !== true) return false;
        slots[slot] = survives ? attempt(step, evaluation) : step(evaluation);
        return true;
      };
      if (over instanceof List) {
        for (let index = 0; index < over.size; index++) {
          const item = over.at(index);
          if (!visit(hasTwo ? BigInt(index) : item, item)) break;
        }
      } else if (isMap(over)) {
        for (const key of over.keys()) if (!visit(key, hasTwo ? (over.get(key) ?? null) : key)) break;
      } else notIterable(over);
      return result(evaluation);
    };
  }

  /** Appending to a fresh list changes it in place: copying it each time would be quadratic. */
  #step({ step }: Comprehension, slot: number): Evaluate {
    const append =
      (item: Evaluate): Evaluate =>
      (evaluation) => {
        const list = evaluation.slots[slot] as List;
        (list.items as Value[]).push(item(evaluation));
        charge(evaluation, 12);
        return list;
      };
    const item = appended(step);
    if (item) return append(this.compile(item));
    if (step.kind !== 'call' || step.name !== '_?_:_' || step.args.length !== 3) return this.compile(step);
    const [test, then, otherwise] = step.args;
    const kept = then && appended(then);
    if (!test || !kept || otherwise?.kind !== 'ident') return this.compile(step);
    const condition = this.compile(test);
    const add = append(this.compile(kept));
    return (evaluation) => {
      const passes = condition(evaluation);
      if (passes === true) return add(evaluation);
      return passes === false ? (evaluation.slots[slot] as List) : noOverload();
    };
  }
}

/** What `@result + [item]` appends, as macros write it. */
const appended = (expr: Expr): Expr | undefined =>
  expr.kind === 'call' &&
  expr.name === '_+_' &&
  expr.args[0]?.kind === 'ident' &&
  expr.args[0].name === accumulator &&
  expr.args[1]?.kind === 'list' &&
  expr.args[1].elements.length === 1 &&
  expr.args[1].offset === expr.offset
    ? expr.args[1].elements[0]
    : undefined;

const isKey = (value: Value): boolean =>
  typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof Uint;

const optionalField = (optional: Optional, name: string): Optional => {
  if (optional.value === undefined) return Optional.none;
  return isMap(optional.value) ? new Optional(optional.value.get(name)) : noOverload();
};

/** && and ||: an error on one side does not matter when the other side decides. */
const logical =
  (left: Evaluate, right: Evaluate, deciding: boolean): Evaluate =>
  (evaluation) => {
    let failure: EvaluationError | undefined;
    let value: Value = !deciding;
    try {
      value = left(evaluation);
    } catch (error) {
      failure = recoverable(error);
    }
    if (value === deciding) return deciding;
    const other = right(evaluation);
    if (other === deciding) return deciding;
    if (failure) throw failure;
    return value === !deciding && other === !deciding ? other : noOverload();
  };

const recoverable = (error: unknown): EvaluationError => {
  if (error instanceof EvaluationError && !(error instanceof CostLimitError)) return error;
  throw error;
};

const attempt = (step: Evaluate, evaluation: Evaluation): Value | EvaluationError => {
  try {
    return step(evaluation);
  } catch (error) {
    return recoverable(error);
  }
};

const notStrictlyFalse =
  (operand: Evaluate): Evaluate =>
  (evaluation) => {
    try {
      return operand(evaluation) !== false;
    } catch (error) {
      recoverable(error);
      return true;
    }
  };

const fallback =
  (left: Evaluate, right: Evaluate, unwrap: boolean): Evaluate =>
  (evaluation) => {
    const optional = left(evaluation);
    charge(evaluation, 1);
    if (!(optional instanceof Optional)) return noOverload();
    if (optional.value === undefined) return right(evaluation);
    return unwrap ? optional.value : optional;
  };

/** What is neither list nor map has no keys. */
const missingIndex = ([container = null, index = null]: readonly Value[]): Value => {
  if (container instanceof List || isMap(container) || container instanceof Optional) return noOverload();
  throw new EvaluationError(`no such key: ${index instanceof Uint ? index.value : String(index)}`);
};

/** Calls the signature that the arguments have; one that is certain is called without looking. */
const dispatch = (
  operands: readonly Evaluate[],
  overloads: readonly Overload[],
  otherwise: (args: readonly Value[]) => Value,
): Evaluate => {
  const candidates = overloads.map((overload) => ({ overload, cost: costOf(overload) }));
  return (evaluation) => {
    const args: Value[] = [];
    for (const operand of operands) args.push(operand(evaluation));
    for (const { overload, cost } of candidates) {
      if (!overload.parameters.every((parameter, index) => matchesType(args[index] ?? null, parameter))) continue;
      const result = overload.call(...args);
      charge(evaluation, cost(args.map(sizeOf), elementSize(args[0])));
      return result;
    }
    return otherwise(args);
  };
};

const elementSize = (value: Value | undefined): number => {
  if (!(value instanceof List) || value.size === 0) return 0;
  const first = value.at(0);
  return typeof first === 'string' || first instanceof Uint8Array ? first.length : 0;
};
