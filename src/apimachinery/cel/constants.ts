import { compileRegularExpression } from '../schema/regular-expression.ts';
import type { Call, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import { compileEvaluation } from './interpreter.ts';
import { InstantiationError } from './source-error.ts';
import { EvaluationError } from './values.ts';

const conversions = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint']);

const isConversion = (expr: Call): boolean => expr.target === undefined && expr.args.length === 1 && conversions.has(expr.name);

/** Whether an expression is known before it runs: literals, lists and maps of such, and their conversions. */
const isConstant = (expr: Expr): boolean => {
  if (expr.kind === 'literal') return true;
  if (expr.kind === 'list') return expr.optional.size === 0 && expr.elements.every(isConstant);
  if (expr.kind === 'map') return expr.entries.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
  return expr.kind === 'call' && isConversion(expr) && expr.args.every(isConstant);
};

/** Why a program cannot be made of a call: a conversion of a constant that fails, a constant that is no regular expression. */
const failureOf = (call: Call, checked: Checked): string | undefined => {
  const [first] = call.args;
  try {
    if (isConversion(call) && isConstant(call)) {
      compileEvaluation({ ...checked, expression: call }, [])({ slots: [], cost: 0, limit: Infinity });
    } else if ((call.name === 'find' || call.name === 'findAll') && first?.kind === 'literal' && typeof first.value === 'string') {
      compileRegularExpression(first.value);
    }
    return undefined;
  } catch (error) {
    if (call.name.startsWith('find') && error instanceof Error) return error.message;
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
};

/** Refuses what could only fail: constants are worked out when a program is made. @throws {InstantiationError} */
export const checkConstants = (checked: Checked): void => {
  for (const expr of checked.types.keys()) {
    const failure = expr.kind === 'call' ? failureOf(expr, checked) : undefined;
    if (failure !== undefined) throw new InstantiationError(failure);
  }
};
