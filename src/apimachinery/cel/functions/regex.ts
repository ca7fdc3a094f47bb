import { compileRegularExpression, type RegularExpression } from '../../schema/regular-expression.ts';
import { EvaluationError, List } from '../values.ts';
import { declare, declareMember, type Overload } from './declare.ts';

const compile = (pattern: string): RegularExpression => {
  try {
    return compileRegularExpression(pattern);
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
};
const matches = (text: string, pattern: string): boolean => compile(pattern).test(text);

const findAll = (text: string, pattern: string, limit = -1n): List => {
  const found: string[] = [];
  if (limit === 0n) return new List(found);
  const matcher = compile(pattern).engine.matcher(text);
  const most = limit < 0n ? Infinity : Number(limit);
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? '');
  return new List(found);
};

/** RE2 matching. */
export const regex: readonly Overload[] = [
  declareMember('matches(string, string) bool', matches, 'matches_string'),
  declare('matches(string, string) bool', matches, 'matches_string'),
  declareMember(
    'find(string, string) string',
    (text: string, pattern: string) => (findAll(text, pattern, 1n).items[0] as string | undefined) ?? '',
  ),
  declareMember('findAll(string, string) list(string)', findAll),
  declareMember('findAll(string, string, int) list(string)', findAll),
];
