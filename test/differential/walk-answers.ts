import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { difference, levelText, type Answer } from './field-answers.ts';

const volatile = new Set(['resourceVersion', 'uid']);
const allocated = new Set(['nodePort', 'healthCheckNodePort']);

const level = (value: Json, key = ''): Json => {
  if (volatile.has(key)) return value === '' ? '' : typeof value;
  if (allocated.has(key) && typeof value === 'number') return value >= 30_000 && value <= 32_767 ? 'PORT' : value;
  if (typeof value === 'string') return levelText(value).replace(/\b(3[0-2]\d{3})\b/g, 'PORT');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => level(item, key));
    // What the servers' own controllers write, and when, differs.
    return key === 'managedFields' ? items.filter(byClient).toSorted(byText) : items;
  }
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, item]) => [name, level(item, name)]));
};

const byClient = (entry: Json): boolean => (entry as JsonObject)['manager'] === 'differential';
const byText = (a: Json, b: Json): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** An object that could not be patched. */
const levelPatch = (message = ''): string => message.replace(/^(Invalid value: ")\{.*\}(": )/s, '$1OBJECT$2');

interface Cause {
  readonly field?: string;
  readonly message?: string;
}

const written = new Set(['APIService', 'CustomResourceDefinition', 'FlowSchema', 'ResourceQuota', 'ValidatingAdmissionPolicy']);

/** True for kinds whose status the server itself writes, at a time of its own. */
export const writesStatus = (kind: string): boolean => written.has(kind);

const withoutStatus = (body: Json): Json => {
  const object = body as JsonObject | null;
  return object && writesStatus(String(object['kind'])) ? { ...object, status: 'of the server' } : body;
};

/** The causes of a refusal, a line each; undefined for what is none or has no causes. */
const causesOf = (body: Json): readonly string[] | undefined => {
  const details = (body as JsonObject | null)?.['details'] as JsonObject | undefined;
  const causes = details?.['causes'] as unknown as readonly Cause[] | undefined;
  return Array.isArray(causes) ? causes.map(({ field, message }: Cause) => `${field}: ${levelPatch(message)}`) : undefined;
};

const without = (all: readonly string[], some: readonly string[]): string[] => all.filter((each) => !some.includes(each));
const sorted = (all: readonly string[]): string => all.toSorted().join('\n');

/** How two answers differ: what only one of them refuses, or the places that differ. What differs from server to server is leveled. */
export interface Comparison {
  readonly lines: readonly string[];
  /** The same causes, in another order or another number of times. */
  readonly only?: 'order' | 'repetition';
}

/** Compares the order of causes, managed fields, and whether something is allocated, too. */
export const compareAnswers = (ours: Answer, theirs: Answer): Comparison => {
  const [our, their] = [ours, theirs].map(({ code, body, warning }) => ({
    code,
    body: withoutStatus(level(body)),
    warning: levelText(warning),
  }));
  const [ourCauses, theirCauses] = [causesOf(our?.body ?? null), causesOf(their?.body ?? null)];
  const all = difference(our as JsonObject, their as JsonObject);
  if (all.length === 0 || !ourCauses || !theirCauses) return { lines: all };
  const [more, less] = [without(ourCauses, theirCauses), without(theirCauses, ourCauses)];
  const lines = [...more.map((cause) => `only ours: ${cause}`), ...less.map((cause) => `only theirs: ${cause}`)];
  const others = all.filter((line) => !/^\.body\.(?:details\.causes|message)/.test(line));
  if (lines.length > 0 || others.length > 0) return { lines: [...lines, ...others] };
  const told = [`ours:\n${ourCauses.join('\n')}`, `theirs:\n${theirCauses.join('\n')}`];
  return { lines: told, only: sorted(ourCauses) === sorted(theirCauses) ? 'order' : 'repetition' };
};
