import { compileRegularExpression } from '../schema/regular-expression.ts';
import type { Call, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import { judgeFormat } from './format-literals.ts';
import { CompileError, type Issue } from './source-error.ts';
import { dynType, formatType, type CelType } from './types.ts';
import { parseCelDuration, parseCelTimestamp, timestampAt } from './time.ts';

const isTimestamp = (value: unknown): boolean =>
  typeof value === 'string' ? parseCelTimestamp(value) !== undefined : typeof value === 'bigint' && timestampAt(value) !== undefined;
const isExpression = (value: unknown): boolean => {
  if (typeof value !== 'string') return true;
  try {
    compileRegularExpression(value);
    return true;
  } catch {
    return false;
  }
};

/** Functions whose literal argument can be judged without running, and the argument's place. */
const judged: Readonly<Record<string, { readonly index: number; readonly isValid: (value: unknown) => boolean }>> = {
  matches: { index: 0, isValid: isExpression },
  duration: { index: 0, isValid: (value) => typeof value === 'string' && parseCelDuration(value) !== undefined },
  timestamp: { index: 0, isValid: isTimestamp },
};

/** Refuses lists and maps of mixed types, and literals that could only fail: expressions of `matches`, durations, timestamps. @throws {CompileError} */
export const validateLiterals = (source: string, checked: Checked): void => {
  const issues: Issue[] = [];
  const exempt = insideFormat(checked);
  for (const expr of checked.types.keys()) {
    if (expr.kind === 'call') issues.push(...judgeCall(expr), ...judgeFormat(expr, checked));
    else if (!exempt.has(expr)) issues.push(...judgeAggregate(expr, checked));
  }
  if (issues.length > 0)
    throw new CompileError(
      source,
      issues.toSorted((left, right) => left.offset - right.offset),
    );
};

const judgeCall = (expr: Call): Issue[] => {
  const rule = Object.hasOwn(judged, expr.name) ? judged[expr.name] : undefined;
  const arg: Expr | undefined = rule && expr.args[expr.name === 'matches' && !expr.target ? 1 : rule.index];
  if (!rule || arg?.kind !== 'literal' || rule.isValid(arg.value)) return [];
  return [{ offset: arg.offset, message: `invalid ${expr.name} argument` }];
};

/** The arguments of `format`, which may be of any types. */
const insideFormat = (checked: Checked): ReadonlySet<Expr> => {
  const exempt = new Set<Expr>();
  const add = (expr: Expr): void => {
    exempt.add(expr);
    if (expr.kind === 'list') expr.elements.forEach(add);
    if (expr.kind === 'map') expr.entries.forEach(({ key, value }) => [key, value].forEach(add));
    if (expr.kind === 'call') [...(expr.target ? [expr.target] : []), ...expr.args].forEach(add);
    if (expr.kind === 'select') add(expr.operand);
    if (expr.kind === 'struct') expr.fields.forEach(({ value }) => add(value));
    if (expr.kind === 'comprehension') [expr.range, expr.initial, expr.condition, expr.step, expr.result].forEach(add);
  };
  for (const expr of checked.types.keys()) if (expr.kind === 'call' && expr.name === 'format') expr.args.forEach(add);
  return exempt;
};

const judgeAggregate = (expr: Expr, checked: Checked): Issue[] => {
  const typeOf = (part: Expr, optional: boolean): CelType => {
    const type = checked.types.get(part) ?? dynType;
    return optional && type.kind === 'optional' ? type.element : type;
  };
  if (expr.kind === 'list')
    return firstMismatch(expr.elements.map((part, index) => ({ part, type: typeOf(part, expr.optional.has(index)) })));
  if (expr.kind !== 'map') return [];
  return [
    ...firstMismatch(expr.entries.map(({ key }) => ({ part: key, type: typeOf(key, false) }))),
    ...firstMismatch(expr.entries.map(({ value, optional }) => ({ part: value, type: typeOf(value, optional) }))),
  ];
};

const firstMismatch = (parts: readonly { readonly part: Expr; readonly type: CelType }[]): Issue[] => {
  const expected = parts[0] && formatType(parts[0].type);
  const odd = parts.find(({ type }) => formatType(type) !== expected);
  return odd ? [{ offset: odd.part.offset, message: `expected type '${expected}' but found '${formatType(odd.type)}'` }] : [];
};
