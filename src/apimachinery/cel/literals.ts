import { compileRegularExpression } from '../schema/regular-expression.ts';
import type { Call, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import { CompileError, type Issue } from './source-error.ts';
import { parseCelDuration, parseCelTimestamp } from './time.ts';

/** Functions whose literal argument can be judged without running, and the argument's place. */
const judged: Readonly<Record<string, { readonly index: number; readonly judge: (text: string) => unknown }>> = {
  matches: { index: 0, judge: compileRegularExpression },
  duration: { index: 0, judge: parseCelDuration },
  timestamp: { index: 0, judge: parseCelTimestamp },
};

/** Refuses literals that could only fail: expressions of `matches`, durations, timestamps. @throws {CompileError} */
export const validateLiterals = (source: string, checked: Checked): void => {
  const issues: Issue[] = [];
  for (const expr of checked.types.keys()) {
    if (expr.kind === 'call') issues.push(...judgeCall(expr));
  }
  if (issues.length > 0) throw new CompileError(source, issues);
};

const judgeCall = (expr: Call): Issue[] => {
  const rule = Object.hasOwn(judged, expr.name) ? judged[expr.name] : undefined;
  const arg: Expr | undefined = rule && expr.args[expr.name === 'matches' && !expr.target ? 1 : rule.index];
  if (!rule || arg?.kind !== 'literal' || typeof arg.value !== 'string') return [];
  try {
    rule.judge(arg.value);
    return [];
  } catch {
    return [{ offset: arg.offset, message: `invalid ${expr.name} argument` }];
  }
};
