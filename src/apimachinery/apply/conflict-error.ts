import { applyConflict } from '../errors/api-errors.ts';
import type { StatusError } from '../errors/status-error.ts';
import { fieldPathsOf } from './field-set.ts';
import { describeManager, managerId } from './manager.ts';
import type { Conflict } from './ownership.ts';
import { formatFieldPath } from './path-element.ts';

/** The 409 that lists, manager by manager, the fields an apply would take over. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const sorted = conflicts.toSorted((a, b) => (managerId(a.manager) < managerId(b.manager) ? -1 : 1));
  const paths = sorted.map(({ manager, fields }) => ({
    manager: describeManager(manager),
    fields: [...fieldPathsOf(fields)].map(formatFieldPath),
  }));
  const causes = paths.flatMap(({ manager, fields }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field })),
  );
  const [only] = causes;
  if (causes.length === 1 && only) return applyConflict(causes, `Apply failed with 1 conflict: ${only.message}: ${only.field}`);
  const lines = paths.flatMap(({ manager, fields }) => [`conflicts with ${manager}:`, ...fields.map((field) => `- ${field}`)]);
  return applyConflict(causes, `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`);
}
