import { correlateField, correlateItem, isUnchanged, type Correlated } from '../schema/correlation.ts';
import { isObject, type SchemaNode } from '../schema/schema-node.ts';
import type { FieldError } from '../validation/field-error.ts';
import { childPath, keyPath } from '../validation/field-errors.ts';
import { adapt } from './adapt.ts';
import { perCallCostLimit, type Program } from './program.ts';
import { CostLimitError } from './interpreter.ts';
import { rulesOf, type CompiledRule } from './rules.ts';
import { EvaluationError, Optional, type Value } from './values.ts';

/** The most that all rules of one object may cost together. */
export const perObjectCostLimit = 10_000_000;

export interface RuleOptions {
  /** The stored object; undefined at creation: rules on oldSelf are then not run, unless optionalOldSelf. */
  readonly old?: unknown;
  /** Forgives errors at unchanged places (KEP-4008). Default: whether `old` is given. */
  readonly ratcheting?: boolean;
  /** Is told of the errors that were forgiven. */
  readonly onForgiven?: ((error: FieldError) => void) | undefined;
  readonly costLimit?: number;
  readonly path?: string;
  /** Whether the value is a whole resource, with apiVersion, kind and metadata. Default true. */
  readonly isResource?: boolean;
}

/** Runs x-kubernetes-validations over a value that is valid by its schema, and over what is inside it (KEP-2876). */
export const validateRules = (value: unknown, root: SchemaNode, options: RuleOptions = {}): FieldError[] => {
  if (!hasRules(root)) return [];
  const { old, path = '', isResource = true, costLimit = perObjectCostLimit } = options;
  const run: Run = { errors: [], budget: costLimit, onForgiven: options.onForgiven };
  const correlated = old === undefined || old === null ? undefined : { value: old };
  const ratchet: Ratchet = correlated && options.ratcheting !== false ? { current: { node: root, value, old: correlated } } : {};
  visit(value, root, { run, path, old: correlated, ratchet, isResource });
  return run.errors;
};

/** Whether there is any rule at this place or inside. */
export const hasRules = (node: SchemaNode): boolean =>
  node.derive(hasRules, () => {
    if (node.definition !== undefined) return false;
    if (node.schema['x-kubernetes-validations']?.length) return true;
    if ((node.items && hasRules(node.items)) || (node.additional && hasRules(node.additional))) return true;
    return propertiesWithRules(node).length > 0;
  });

const propertiesWithRules = (node: SchemaNode): readonly (readonly [string, SchemaNode])[] =>
  node.derive(propertiesWithRules, () =>
    Object.keys(node.schema.properties ?? {}).flatMap((name) => {
      const property = node.property(name);
      return property && hasRules(property) ? [[name, property] as const] : [];
    }),
  );

interface Run {
  readonly errors: FieldError[];
  readonly onForgiven: RuleOptions['onForgiven'];
  /** What is left; below zero nothing more is run. */
  budget: number;
}
interface Comparison {
  readonly node: SchemaNode;
  readonly value: unknown;
  readonly old: Correlated;
}
/** What an error may be forgiven for: this place is unchanged, or the nearest place around it that could be compared. */
interface Ratchet {
  readonly current?: Comparison | undefined;
  readonly nearest?: Comparison | undefined;
}
interface Place {
  readonly run: Run;
  readonly path: string;
  readonly old: Correlated | undefined;
  readonly ratchet: Ratchet;
  readonly isResource: boolean;
}

const visit = (value: unknown, node: SchemaNode, place: Place): void => {
  if (value === null || value === undefined || place.run.budget < 0) return;
  runRules(value, node, place);
  if (Array.isArray(value)) visitItems(value, node, place);
  else if (isObject(value)) visitFields(value, node, place);
};

const visitItems = (value: readonly unknown[], node: SchemaNode, place: Place): void => {
  const items = node.items;
  if (!items || !hasRules(items)) return;
  value.forEach((item, index) => {
    const old = correlateItem(node, place.old, item);
    visit(item, items, {
      ...place,
      ...below(items, item, { old, ratchet: place.ratchet }),
      path: keyPath(place.path, index),
      isResource: items.embedded,
    });
  });
};

const visitFields = (value: Record<string, unknown>, node: SchemaNode, place: Place): void => {
  const enter = (name: string, child: SchemaNode, path: string): void => {
    const old = correlateField(place.old, name);
    const isTypeMeta = place.path === '' && (name === 'apiVersion' || name === 'kind');
    const ratchet = isTypeMeta ? {} : place.ratchet;
    visit(value[name], child, { ...place, ...below(child, value[name], { old, ratchet }), path, isResource: child.embedded });
  };
  for (const [name, property] of propertiesWithRules(node))
    if (value[name] !== undefined) enter(name, property, childPath(place.path, name));
  const { additional } = node;
  if (!additional || !hasRules(additional)) return;
  for (const name in value) if (!node.property(name)) enter(name, additional, keyPath(place.path, name));
};

const below = (node: SchemaNode, value: unknown, { old, ratchet }: Pick<Place, 'old' | 'ratchet'>): Pick<Place, 'old' | 'ratchet'> => ({
  old,
  ratchet: ratchet.current ? { current: old && { node, value, old }, nearest: ratchet.current } : ratchet,
});

const isForgiven = ({ current, nearest }: Ratchet): boolean => {
  const compared = current ?? nearest;
  return compared !== undefined && isUnchanged(compared.node, compared.value, compared.old);
};

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';

const runRules = (value: unknown, node: SchemaNode, place: Place): void => {
  const rules = rulesOf(node, place.isResource);
  if (!rules) return report(place, node, 'rule compiler initialization error: failed to convert to declType for CEL validation rules');
  if (rules.length === 0) return;
  if (place.run.budget <= 0) return stop(place, node, outOfBudget);
  const self = lazily(() => adapt(value, node));
  const oldValue = place.old?.value;
  const hasOld = oldValue !== undefined && oldValue !== null;
  const oldSelf = lazily(() => (hasOld ? adapt(oldValue, node) : undefined));
  for (const rule of rules) {
    if (rule.error !== undefined) report(place, node, `rule compile error: ${rule.error}`);
    if (!rule.program || (rule.usesOldSelf && !hasOld && !rule.rule.optionalOldSelf)) continue;
    const variables = { self: self(), oldSelf: rule.rule.optionalOldSelf ? new Optional(oldSelf()) : oldSelf() };
    if (holds(rule.program, variables, { rule, node, place })) continue;
    if (place.run.budget < 0) return;
    fail(rule, variables, { value, node, place });
  }
};

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const report = ({ run, path }: Place, node: SchemaNode, detail: string): void =>
  void run.errors.push({ type: 'FieldValueInvalid', field: path || '<nil>', badValue: node.schema.type ?? '', detail });

const stop = (place: Place, node: SchemaNode, detail: string): void => {
  report(place, node, detail);
  place.run.budget = -1;
};

type Variables = Readonly<Record<'self' | 'oldSelf', Value | undefined>>;
interface RuleContext {
  readonly rule: CompiledRule;
  readonly node: SchemaNode;
  readonly place: Place;
}

const evaluate = (program: Program, variables: Variables, run: Run): Value => {
  const costLimit = Math.min(perCallCostLimit, run.budget);
  return program.evaluate(variables, { costLimit, onCost: (cost) => (run.budget -= cost) });
};

/** Whether the rule holds; an error in it is reported, and counts as held. */
const holds = (program: Program, variables: Variables, { rule, node, place }: RuleContext): boolean => {
  try {
    return evaluate(program, variables, place.run) === true;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const shown = describe(rule);
    if (error instanceof CostLimitError) {
      const exhausted = place.run.budget < 0;
      stop(
        place,
        node,
        exhausted
          ? outOfBudget
          : `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${shown}`,
      );
    } else if (error.message.startsWith('no such overload')) {
      report(
        place,
        node,
        `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${shown}`,
      );
    } else report(place, node, `${error.message} evaluating rule: ${shown}`);
    return true;
  }
};

/** What the rule is called where it could not be evaluated. */
const describe = ({ rule }: CompiledRule): string => rule.message?.trim() || rule.rule.trim();

const fail = (
  rule: CompiledRule,
  variables: Variables,
  { value, node, place }: { value: unknown; node: SchemaNode; place: Place },
): void => {
  const { run } = place;
  const forgiven = !rule.usesOldSelf && isForgiven(place.ratchet);
  if (forgiven && !run.onForgiven) return;
  const tell = (error: FieldError): void => void (forgiven ? run.onForgiven?.(error) : run.errors.push(error));
  const field = (rule.fieldPath === '' ? place.path : childPath(place.path, rule.fieldPath)) || '<nil>';
  const detail = messageOf(rule, variables, run) ?? (rule.rule.message?.trim() || `failed rule: ${rule.rule.rule.trim()}`);
  const bad = node.schema.type === 'object' || node.schema.type === 'array' ? {} : { badValue: value };
  switch (rule.rule.reason) {
    case 'FieldValueForbidden':
    case 'FieldValueRequired':
      return tell({ type: rule.rule.reason, field, detail });
    case 'FieldValueDuplicate':
      return tell({ type: 'FieldValueDuplicate', field, ...bad, detail: '' });
    default:
      return tell({ type: 'FieldValueInvalid', field, ...bad, detail });
  }
};

const maxMessageBytes = 5 * 1024;

/** The messageExpression's text, when it gives one that may be shown. */
const messageOf = ({ message }: CompiledRule, variables: Variables, run: Run): string | undefined => {
  if (!message) return undefined;
  try {
    const value = evaluate(message, variables, run);
    if (typeof value !== 'string' || value.trim() === '' || value.includes('\n') || Buffer.byteLength(value) > maxMessageBytes)
      return undefined;
    return value.trim();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
};
