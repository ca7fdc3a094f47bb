import type { RuleChecker } from '../schema/custom-resource-definition.ts';
import type { ValidationRule } from '../schema/json-schema.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import type { FieldError } from '../validation/field-error.ts';
import { forbiddenField, internalFieldError, invalid } from '../validation/field-errors.ts';
import { declarationOf, maxRequestBytes } from './declarations.ts';
import { times } from './cost-model.ts';
import { rulesOf, type CompiledRule } from './rules.ts';
import { hasRules, validateRules } from './validations.ts';

/** The most that one rule may be estimated to cost, with the number of times that it can run. */
export const perRuleCostLimit = 10_000_000;
/** The most that all rules of one schema may be estimated to cost. */
export const perDefinitionCostLimit = 100_000_000;
const mostExpensiveCount = 4;

/** What CEL has to say about a definition: rules compile, have the right type, can be correlated, and are cheap enough. */
export const ruleChecker: RuleChecker = {
  checkSchema: (root, path, { unchanged, broken = [] }) => {
    const walk: Walk = { errors: [], costs: [], unchanged, broken };
    visit(root, { walk, path, cardinality: 1, isRoot: true });
    return [...walk.errors, ...checkTotal(walk.costs, path)];
  },
  checkDefault: (value, node, path) => {
    const options = { path, isResource: node.embedded };
    const unchanged = validateRules(value, node, { ...options, old: value, ratcheting: false });
    return unchanged.length > 0 ? unchanged : validateRules(value, node, options);
  },
};

interface RuleCost {
  readonly path: string;
  readonly cost: number;
}
interface Walk {
  readonly errors: FieldError[];
  readonly costs: RuleCost[];
  readonly unchanged: boolean;
  readonly broken: readonly string[];
}
interface Place {
  readonly walk: Walk;
  readonly path: string;
  /** How often the place can occur in one object; Infinity when its lists and maps do not say. */
  readonly cardinality: number;
  readonly isRoot: boolean;
  /** The list, or object of an unknown map type, around whose parts have no identity: oldSelf is unknown below. */
  readonly uncorrelatable?: string | undefined;
}

/** Whether something at a place or below it is wrong. */
const isBroken = ({ walk, path }: Place): boolean =>
  walk.broken.some((field) => field.startsWith(path) && (field.length === path.length || field[path.length] === '.'));

const visit = (node: SchemaNode, place: Place): void => {
  if (!hasRules(node)) return;
  if (!isBroken(place)) checkPlace(node, place);
  const { schema } = node;
  const nested = { ...place, isRoot: false };
  if (node.additional && typeof schema.additionalProperties === 'object') {
    const cardinality = times(place.cardinality, Number(schema.maxProperties ?? Infinity));
    visit(node.additional, { ...nested, path: `${place.path}.additionalProperties`, cardinality });
  }
  for (const name of Object.keys(schema.properties ?? {})) {
    const property = node.property(name);
    // A map type that nobody knows says nothing of what has an identity.
    const uncorrelatable =
      place.uncorrelatable ?? (['atomic', 'granular', undefined].includes(schema['x-kubernetes-map-type']) ? undefined : place.path);
    if (property) visit(property, { ...nested, path: `${place.path}.properties[${name}]`, uncorrelatable });
  }
  if (node.items) {
    const isMap = schema['x-kubernetes-list-type'] === 'map';
    const cardinality = times(place.cardinality, Number(schema.maxItems ?? Infinity));
    visit(node.items, {
      ...nested,
      path: `${place.path}.items`,
      cardinality,
      uncorrelatable: place.uncorrelatable ?? (isMap ? undefined : place.path),
    });
  }
};

const checkPlace = (node: SchemaNode, place: Place): void => {
  const path = `${place.path}.x-kubernetes-validations`;
  const isResource = place.isRoot || node.embedded;
  const rules = rulesOf(node, isResource);
  if (!rules) {
    const detail = 'internal error: failed to retrieve type information for x-kubernetes-validations';
    return void place.walk.errors.push(internalFieldError(path, detail));
  }
  const minSize = declarationOf(node, isResource)?.minSize ?? 0;
  const cardinality = Number.isFinite(place.cardinality) ? place.cardinality : Math.floor(maxRequestBytes / (minSize + 1));
  rules.forEach((rule, index) => checkRule(rule, { place, path: `${path}[${index}]`, cardinality }));
};

/** A rule as the original prints it in errors. */
const internalRule = ({ rule, message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule): object => ({
  Rule: rule,
  Message: message,
  MessageExpression: messageExpression,
  Reason: reason ?? null,
  FieldPath: fieldPath,
  OptionalOldSelf: optionalOldSelf ?? null,
});

const checkRule = (compiled: CompiledRule, { place, path, cardinality }: { place: Place; path: string; cardinality: number }): void => {
  const { rule, program, message, error, messageError, usesOldSelf } = compiled;
  const { errors, unchanged } = place.walk;
  const checkCost = (cost: number, field: string, name: string): void => {
    if (!unchanged && cost > perRuleCostLimit) errors.push(forbiddenField(field, costMessage(name, cost, perRuleCostLimit)));
    place.walk.costs.push({ path: field, cost });
  };
  if (program) checkCost(times(program.estimateCost(), cardinality), `${path}.rule`, 'estimated rule cost');
  if (error !== undefined) errors.push(invalid(`${path}.rule`, internalRule(rule), error));
  // Of a rule that does not compile nothing else is looked at.
  else if (messageError !== undefined) errors.push(invalid(`${path}.messageExpression`, internalRule(rule), messageError));
  else if (message) checkCost(message.estimateCost(), `${path}.messageExpression`, 'estimated messageExpression cost');
  if (usesOldSelf && place.uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`;
    errors.push(invalid(`${path}.rule`, rule.rule, detail));
  } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    errors.push(invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
};

const checkTotal = (costs: readonly RuleCost[], path: string): FieldError[] => {
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= perDefinitionCostLimit) return [];
  const expensive = costs
    .filter(({ cost }) => cost >= perDefinitionCostLimit / 100)
    .toSorted((left, right) => right.cost - left.cost)
    .slice(0, mostExpensiveCount);
  const detail = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  return [
    ...expensive.map((rule) => forbiddenField(rule.path, detail)),
    forbiddenField(path, costMessage(name, total, perDefinitionCostLimit)),
  ];
};

const costMessage = (name: string, cost: number, limit: number): string => {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${name} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
};
