import type { DefinitionNames } from '../../apimachinery/schema/definition-names.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { DefinitionCondition } from './definition-object.ts';

export interface NamesDecision {
  readonly accepted: DefinitionNames;
  readonly condition: Omit<DefinitionCondition, 'lastTransitionTime'>;
}

const resourceNames = ({ plural, singular, shortNames = [] }: DefinitionNames): string[] => [plural ?? '', singular ?? '', ...shortNames];
const kindNames = ({ kind, listKind }: DefinitionNames): string[] => [kind ?? '', listKind ?? ''];

/**
 * Which of the requested names a definition gets: those that no other definition of its group has. A name that is taken leaves what was
 * accepted before; the last conflict is the one that is reported.
 */
export const decideNames = (requested: DefinitionNames, current: DefinitionNames, others: readonly DefinitionNames[]): NamesDecision => {
  const resources = new Set(others.flatMap(resourceNames));
  const kinds = new Set(others.flatMap(kindNames));
  const accepted: DefinitionNames = { ...current };
  let condition: NamesDecision['condition'] = {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  };
  const conflict = (reason: string, message: string): void => {
    condition = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  const take = (field: 'plural' | 'singular' | 'kind' | 'listKind', taken: ReadonlySet<string>, reason: string): void => {
    const name = requested[field] ?? '';
    if (name !== current[field] && taken.has(name)) conflict(reason, `${goQuote(name)} is already in use`);
    else accepted[field] = name;
  };
  take('plural', resources, 'PluralConflict');
  take('singular', resources, 'SingularConflict');
  const shortNames = requested.shortNames ?? [];
  const clashing = shortNames.filter((name) => !current.shortNames?.includes(name) && resources.has(name));
  if (clashing.length > 0) {
    const messages = clashing.map((name) => `${goQuote(name)} is already in use`);
    conflict('ShortNamesConflict', messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`);
  } else if (requested.shortNames) accepted.shortNames = shortNames;
  else delete accepted.shortNames;
  take('kind', kinds, 'KindConflict');
  take('listKind', kinds, 'ListKindConflict');
  if (requested.categories) accepted.categories = requested.categories;
  else delete accepted.categories;
  return { accepted, condition };
};
