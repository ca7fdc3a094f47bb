import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select, StructExpr } from './ast.ts';
import { qualifiedName } from './parser.ts';
import { escapeFieldName } from './field-names.ts';
import type { Environment } from './environment.ts';
import type { Overload } from './functions/declare.ts';
import { CompileError, type Issue } from './source-error.ts';
import { isTypeName, typeNamed } from './type-names.ts';
import {
  boolType,
  bytesType,
  doubleType,
  dynType,
  errorType,
  formatType,
  intType,
  isAssignable,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  substitute,
  uintType,
  type CelType,
  type Substitution,
} from './types.ts';
import { Uint } from './values.ts';

/** What the checker found out about an expression's parts. */
export interface Checked {
  readonly expression: Expr;
  readonly type: CelType;
  readonly types: ReadonlyMap<Expr, CelType>;
  /** The signatures that each call may mean; more than one where types are dynamic. */
  readonly overloads: ReadonlyMap<Call, readonly Overload[]>;
  /** Names with dots: functions such as `optional.of`, whose target is no value, and variables such as `authorizer.requestResource`. */
  readonly qualified: ReadonlyMap<Expr, string>;
  readonly references: ReadonlySet<string>;
}

/** Gives every part of an expression its type. @throws {CompileError} with every issue found */
export const check = (source: string, expression: Expr, environment: Environment): Checked => {
  const checker = new Checker(environment);
  const type = checker.check(expression);
  if (checker.issues.length > 0)
    throw new CompileError(
      source,
      checker.issues.toSorted((left, right) => left.offset - right.offset),
    );
  return checker.finish(expression, type);
};

const literalType = (value: unknown): CelType => {
  if (value === null) return nullType;
  if (value instanceof Uint) return uintType;
  if (value instanceof Uint8Array) return bytesType;
  const byTypeof: Readonly<Record<string, CelType>> = { bigint: intType, number: doubleType, string: stringType, boolean: boolType };
  return byTypeof[typeof value] ?? dynType;
};

const rootOf = (name: string): string => name.split('.', 1)[0] ?? '';

class Checker {
  readonly issues: Issue[] = [];
  readonly #environment: Environment;
  readonly #types = new Map<Expr, CelType>();
  readonly #overloads = new Map<Call, Overload[]>();
  readonly #qualified = new Map<Expr, string>();
  readonly #references = new Set<string>();
  readonly #scopes: Map<string, CelType>[] = [];
  #mapping: Substitution = new Map();
  #nextParam = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  finish(expression: Expr, type: CelType): Checked {
    const settle = (it: CelType): CelType => substitute(it, this.#mapping, () => dynType);
    return {
      expression,
      type: settle(type),
      types: new Map([...this.#types].map(([expr, it]) => [expr, settle(it)])),
      overloads: this.#overloads,
      qualified: this.#qualified,
      references: this.#references,
    };
  }

  check(expr: Expr): CelType {
    const type = this.#infer(expr);
    this.#types.set(expr, type);
    return type;
  }

  #infer(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return (
          this.#variable(expr.name) ??
          (isTypeName(expr.name) || this.#environment.structs?.(expr.name)
            ? typeNamed(expr.name)
            : this.#undeclared(expr.name, expr.offset))
        );
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #issue(offset: number, message: string): CelType {
    this.issues.push({ offset, message });
    return errorType;
  }

  #unselectable(type: CelType, offset: number): CelType {
    return this.#issue(offset, `type '${this.#format(type)}' does not support field selection`);
  }

  #undeclared(name: string, offset: number): CelType {
    return this.#issue(offset, `undeclared reference to '${name}' (in container '')`);
  }

  #variable(name: string): CelType | undefined {
    const local = this.#scopes.findLast((scope) => scope.has(name))?.get(name);
    if (local) return local;
    const variable = this.#environment.variables.get(name);
    if (variable) this.#references.add(name);
    return variable?.type;
  }

  #fresh(): CelType {
    return { kind: 'param', name: `#${this.#nextParam++}` };
  }

  #resolve(type: CelType): CelType {
    return substitute(type, this.#mapping);
  }

  #format(type: CelType): string {
    return formatType(substitute(type, this.#mapping, () => dynType));
  }

  /** A variable or type whose name has dots; the longest name wins, as in cel-go. */
  #dottedVariable(expr: Select): CelType | undefined {
    const name = expr.testOnly ? undefined : qualifiedName(expr);
    if (name === undefined || !(this.#environment.variables.has(name) || isTypeName(name))) return undefined;
    if (this.#scopes.some((scope) => scope.has(rootOf(name)))) return undefined;
    this.#qualified.set(expr, name);
    return this.#variable(name) ?? typeNamed(name);
  }

  #select(expr: Select): CelType {
    const variable = this.#dottedVariable(expr);
    if (variable) return variable;
    const operand = this.#resolve(this.check(expr.operand));
    const found = this.#fieldType(operand, expr.field, expr.offset);
    return expr.testOnly && found.kind !== 'error' ? boolType : found;
  }

  #fieldType(type: CelType, field: string, offset: number): CelType {
    switch (type.kind) {
      case 'object': {
        const found = type.fields?.get(field) ?? type.fields?.get(escapeFieldName(field) ?? '');
        if (found) return found.type;
        return this.#environment.structs?.(type.name)?.isOpen ? dynType : this.#issue(offset, `undefined field '${field}'`);
      }
      case 'map':
        return type.value;
      case 'optional': {
        const found = this.#fieldType(this.#resolve(type.element), field, offset);
        return found.kind === 'error' ? found : optionalType(found);
      }
      case 'dyn':
      case 'error':
      case 'param':
        return type.kind === 'error' ? errorType : dynType;
      case 'opaque':
        // Kubernetes' own are declared as objects of which nobody knows the fields.
        if (type.name.startsWith('kubernetes.')) return this.#issue(offset, `unexpected failed resolution of '${type.name}'`);
        return this.#unselectable(type, offset);
      default:
        return this.#unselectable(type, offset);
    }
  }

  #call(expr: Call): CelType {
    if (expr.name === '_?._') return this.#optionalSelect(expr);
    if (expr.name === '_?_:_')
      return this.#conditional(
        expr,
        expr.args.map((arg) => this.check(arg)),
      );
    if (expr.name === '_&&_' || expr.name === '_||_') return this.#logical(expr);
    const global = expr.target && this.#qualifiedFunction(expr.target, expr.name);
    if (global !== undefined) this.#qualified.set(expr, global);
    const isMember = expr.target !== undefined && global === undefined;
    const operands = isMember && expr.target ? [expr.target, ...expr.args] : expr.args;
    const overloads = this.#environment.functions.get(global ?? expr.name);
    const args = operands.map((operand) => this.check(operand));
    if (!overloads) return this.#undeclared(expr.name, expr.offset);
    return this.#choose(expr, args, { overloads, isMember });
  }

  /** `optional.of`, `sets.contains`: a function whose name has dots, when its first part is no variable. */
  #qualifiedFunction(target: Expr, name: string): string | undefined {
    const prefix = qualifiedName(target);
    if (prefix === undefined || this.#variable(rootOf(prefix))) return undefined;
    const qualified = `${prefix}.${name}`;
    return this.#environment.functions.has(qualified) ? qualified : undefined;
  }

  #optionalSelect(expr: Call): CelType {
    const [operand, field] = expr.args;
    if (!operand || field?.kind !== 'literal' || typeof field.value !== 'string')
      return this.#issue(expr.offset, 'unsupported optional field selection');
    const type = this.#resolve(this.check(operand));
    this.check(field);
    const found = this.#fieldType(type, field.value, expr.offset);
    if (found.kind === 'error') return found;
    this.#overloads.set(expr, [...(this.#environment.functions.get('_?._') ?? [])]);
    return found.kind === 'optional' ? found : optionalType(found);
  }

  #choose(expr: Call, args: readonly CelType[], { overloads, isMember }: { overloads: readonly Overload[]; isMember: boolean }): CelType {
    let result: CelType | undefined;
    const chosen: Overload[] = [];
    const before = this.#mapping;
    let after: Substitution | undefined;
    for (const overload of overloads) {
      if (overload.isMember !== isMember || overload.parameters.length !== args.length) continue;
      const mapping: Substitution = new Map(before);
      const rename = this.#instantiate();
      if (!args.every((arg, index) => isAssignable(rename(overload.parameters[index] ?? dynType), arg, mapping))) continue;
      chosen.push(overload);
      const type = substitute(rename(overload.result), mapping);
      after ??= mapping;
      result = result === undefined || formatType(result) === formatType(type) ? type : dynType;
    }
    if (!result || !after) return this.#noOverload(expr, args, isMember);
    // Only one signature may bind variables: with several, none of the bindings is certain.
    if (chosen.length === 1) this.#mapping = after;
    this.#overloads.set(expr, chosen);
    return result;
  }

  #noOverload(expr: Call, args: readonly CelType[], isMember: boolean): CelType {
    // What is wrong already fits every signature, when there is one of that form.
    const overloads = this.#environment.functions.get(this.#qualified.get(expr) ?? expr.name) ?? [];
    const hasForm = overloads.some((overload) => overload.isMember === isMember && overload.parameters.length === args.length);
    if (args.some((arg) => arg.kind === 'error') && (hasForm || overloads.length === 0)) return errorType;
    const shown = args.map((arg) => this.#format(arg));
    const applied = isMember ? `${shown[0] ?? ''}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    return this.#issue(expr.offset, `found no matching overload for '${this.#qualified.get(expr) ?? expr.name}' applied to '${applied}'`);
  }

  #conditional(expr: Call, args: readonly CelType[]): CelType {
    const [condition = errorType, then = errorType, otherwise = errorType] = args;
    const branch = this.#fresh();
    const mapping: Substitution = new Map(this.#mapping);
    const fits =
      isAssignable(boolType, condition, mapping) && isAssignable(branch, then, mapping) && isAssignable(branch, otherwise, mapping);
    if (!fits) return this.#noOverload(expr, args, false);
    this.#mapping = mapping;
    const [left, right] = [this.#resolve(then), this.#resolve(otherwise)];
    return left.kind === 'dyn' || right.kind === 'dyn' ? dynType : this.#resolve(branch);
  }

  /** What is no bool is reported at the operand itself. */
  #logical(expr: Call): CelType {
    for (const arg of expr.args) {
      const type = this.check(arg);
      if (!isAssignable(boolType, type, this.#mapping)) this.#issue(arg.offset, `expected type 'bool' but found '${this.#format(type)}'`);
    }
    return boolType;
  }

  /** Gives a signature's type variables names that nothing else uses. */
  #instantiate(): (type: CelType) => CelType {
    const names = new Map<string, CelType>();
    return (type) =>
      substitute(type, new Map(), (param) => {
        const name = param.kind === 'param' ? param.name : '';
        const fresh = names.get(name) ?? this.#fresh();
        names.set(name, fresh);
        return fresh;
      });
  }

  /** One type for the parts of a literal: dyn when they differ, which literals.ts refuses where it matters. */
  #join(previous: CelType | undefined, next: CelType): CelType {
    if (!previous) return next;
    if (isAssignable(previous, next, this.#mapping)) return previous.kind === 'null' ? next : previous;
    return dynType;
  }

  #list(expr: ListExpr): CelType {
    let element: CelType | undefined;
    expr.elements.forEach((item, index) => {
      const type = this.check(item);
      element = this.#join(element, expr.optional.has(index) ? this.#unwrap(type, item.offset) : type);
    });
    return listType(element ?? this.#fresh());
  }

  #unwrap(type: CelType, offset: number, wanted = 'dyn'): CelType {
    const resolved = this.#resolve(type);
    if (resolved.kind === 'optional') return resolved.element;
    return resolved.kind === 'dyn'
      ? dynType
      : this.#issue(offset, `expected type 'optional_type(${wanted})' but found '${this.#format(resolved)}'`);
  }

  #map(expr: MapExpr): CelType {
    let key: CelType | undefined;
    let value: CelType | undefined;
    for (const entry of expr.entries) {
      key = this.#join(key, this.check(entry.key));
      const type = this.check(entry.value);
      value = this.#join(value, entry.optional ? this.#unwrap(type, entry.value.offset) : type);
    }
    return mapType(key ?? this.#fresh(), value ?? this.#fresh());
  }

  #struct(expr: StructExpr): CelType {
    const struct = this.#environment.structs?.(expr.typeName);
    if (!struct) return this.#undeclared(expr.typeName, expr.offset);
    for (const { name, value, optional, offset } of expr.fields) {
      const given = this.check(value);
      const type = optional ? this.#unwrap(given, value.offset, this.#format(given)) : given;
      const field = struct.isOpen ? dynType : this.#fieldType(struct.type, name, offset);
      if (!isAssignable(field, type, this.#mapping))
        this.#issue(offset, `expected type of field '${name}' is '${this.#format(field)}' but provided type is '${this.#format(type)}'`);
    }
    return struct.type;
  }

  #comprehension(expr: Comprehension): CelType {
    const range = this.#resolve(this.check(expr.range));
    const [key, value] = this.#entryTypes(range, expr);
    const initial = this.check(expr.initial);
    this.#scopes.push(new Map([[expr.accumulator, initial]]));
    const variables =
      expr.variable2 === undefined
        ? [[expr.variable, range.kind === 'map' ? key : value]]
        : [
            [expr.variable, key],
            [expr.variable2, value],
          ];
    this.#scopes.push(new Map(variables as [string, CelType][]));
    this.check(expr.condition);
    const step = this.check(expr.step);
    this.#scopes.pop();
    if (!isAssignable(initial, step, this.#mapping))
      this.#noOverload({ kind: 'call', name: '_?_:_', target: undefined, args: [], offset: expr.offset }, [initial, step], false);
    const result = this.check(expr.result);
    this.#scopes.pop();
    return result;
  }

  /** The types of a range's keys (indexes of a list) and values. */
  #entryTypes(range: CelType, expr: Comprehension): [CelType, CelType] {
    switch (range.kind) {
      case 'list':
        return [intType, range.element];
      case 'map':
        return [range.key, range.value];
      case 'dyn':
      case 'error':
        return [dynType, dynType];
      case 'param':
        return [dynType, dynType];
      default:
        this.#issue(
          expr.range.offset,
          `expression of type '${this.#format(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, errorType];
    }
  }
}
