import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { PolicyRule } from './policy-rule.ts';

/** A list of strings as Go's %q prints it: `["a" "b"]`. */
export const quoteList = (values: readonly string[]): string => `[${values.map(goQuote).join(' ')}]`;

const describe = (rule: PolicyRule): string => {
  const fields: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  return `{${fields
    .filter(([, values]) => values && values.length > 0)
    .map(([name, values]) => `${name}:${quoteList(values ?? [])}`)
    .join(', ')}}`;
};

/** Small rules as few lines: verbs of the same resource together, sorted. Used in escalation errors. */
export const describeRules = (rules: readonly PolicyRule[]): string[] => {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = rule.nonResourceURLs ? JSON.stringify(rule) : JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const before = merged.get(key);
    merged.set(key, before && !rule.nonResourceURLs ? { ...before, verbs: [...before.verbs, ...rule.verbs] } : rule);
  }
  return [...new Set([...merged.values()].map(describe))].toSorted();
};
