import type { Call, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import { formatClauses, formatParts, formatRefusal, unknownClause } from './functions/format-clauses.ts';
import type { Issue } from './source-error.ts';
import { dynType, formatType, type CelType } from './types.ts';

const names: Readonly<Record<string, string>> = {
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  null: 'null_type',
};

/** A type's name without what it holds. */
const plainName = (type: CelType): string => {
  if (type.kind === 'optional') return 'optional_type';
  if (type.kind === 'list' || type.kind === 'map' || type.kind === 'type') return type.kind;
  return names[type.kind] ?? formatType(type);
};

/** The first expression that a clause cannot print; of lists and maps written out also their members. */
const unprintable = (expr: Expr, verb: string, checked: Checked): Expr | undefined => {
  const type = checked.types.get(expr) ?? dynType;
  if (type.kind !== 'dyn' && formatClauses[verb]?.takes.includes(type.kind) !== true) return expr;
  if (verb !== 's') return undefined;
  const members = expr.kind === 'list' ? expr.elements : expr.kind === 'map' ? expr.entries.flatMap(({ key, value }) => [key, value]) : [];
  for (const member of members) {
    const wrong = unprintable(member, verb, checked);
    if (wrong) return wrong;
  }
  return undefined;
};

/** What is wrong with `'…'.format([…])` where both are written out: clauses without an argument, arguments that a clause cannot print. */
export const judgeFormat = (call: Call, checked: Checked): Issue[] => {
  const [args] = call.args;
  if (call.name !== 'format' || call.target?.kind !== 'literal' || typeof call.target.value !== 'string' || args?.kind !== 'list')
    return [];
  const wrong = (message: string, { offset }: Expr = call): Issue[] => [{ offset, message }];
  let used = 0;
  for (const part of formatParts(call.target.value)) {
    if ('text' in part) continue;
    if (part.verb === undefined) return wrong('unexpected end of string');
    if (used >= args.elements.length) return wrong(`index ${used} out of range`);
    const given = args.elements[used++];
    if (!Object.hasOwn(formatClauses, part.verb)) return wrong(unknownClause(part.verb));
    const odd = given && unprintable(given, part.verb, checked);
    if (odd) return wrong(formatRefusal(part.verb, plainName(checked.types.get(odd) ?? dynType)), odd);
  }
  const given = args.elements.length;
  return given > used ? wrong(`too many arguments supplied to string.format (expected ${used}, got ${given})`) : [];
};
