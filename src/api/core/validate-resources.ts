import { isQuantity, parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities, quantitySign, quantityToNumber } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, fieldNotFound, forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { childPath, checked, each, eachEntry } from '../checks.ts';
import type { ResourceRequirements } from './types.gen.ts';

const standardContainerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

export const isStandardResource = (name: string): boolean => standardContainerResources.has(name) || name.startsWith('hugepages-');

/** Without a domain, or in kubernetes.io: not an extended resource. */
const isNative = (name: string): boolean => !name.includes('/') || /(^|\.)kubernetes\.io\//.test(name);

/** A resource that somebody else defines, under a domain of theirs. */
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;

/** Extended resources and huge pages cannot be overcommitted. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !name.startsWith('hugepages-');

/** The name of a resource that containers ask for. */
export const validateContainerResourceName = (name: string, path: string): FieldError[] => {
  const errors = checked(isQualifiedName, name, path);
  if (isStandardResource(name)) return errors;
  if (name.includes('/')) {
    return isNative(name) || isExtended(name) ? errors : [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
  }
  const known = errors.length > 0 || isStandardName(name);
  const unfit = invalid(path, name, 'must be a standard resource for containers');
  return known ? [...errors, unfit] : [invalid(path, name, 'must be a standard resource type or fully qualified'), unfit];
};

/** A resource that needs no domain. */
export const isStandardName = (name: string): boolean =>
  isStandardResource(name) ||
  countables.has(name) ||
  name === 'storage' ||
  /^(requests|limits)\.(cpu|memory|ephemeral-storage)$|^requests\.(storage|hugepages-)/.test(name);

/** A quantity below zero, or a fraction of a countable thing. */
export const resourceAmount = (name: string, amount: string, path: string): FieldError[] => {
  const quantity = parseQuantity(amount);
  if (quantitySign(quantity) < 0) return [invalid(path, amount, 'must be greater than or equal to 0')];
  const countable = isExtended(name) || countables.has(name);
  return countable && /[.munp]$|\./.test(amount) ? [invalid(path, amount, 'must be an integer')] : [];
};

const countables = new Set([
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
  'services.nodeports',
  'services.loadbalancers',
]);

/** Huge pages are given out whole. */
const pageMultiple = (name: string, amount: string, path: string): FieldError[] => {
  const size = name.startsWith('hugepages-') ? name.slice('hugepages-'.length) : undefined;
  if (size === undefined || !isQuantity(size)) return [];
  const [wanted, page] = [toBytes(amount), toBytes(size)];
  return page > 0 && wanted % page === 0 ? [] : [invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)];
};

const toBytes = (amount: string): number => quantityToNumber(parseQuantity(amount));

/** What is wrong with a resource's name. */
type ResourceCheck = (name: string, path: string) => FieldError[];

/** The name of a resource that a whole pod asks for. */
export const validatePodResourceName: ResourceCheck = (name, path) => {
  const errors = checked(isQualifiedName, name, path);
  if (errors.length > 0 || name.includes('/') || isStandardName(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
};

/** Requests and limits of a container, or of a pod when names are checked as a pod's. */
export const validateResources = (
  resources: ResourceRequirements | undefined,
  path: string,
  claims: ReadonlySet<string> = new Set(),
  validateName: ResourceCheck = validateContainerResourceName,
): FieldError[] => {
  const amounts = (name: string, amount: string, entry: string): FieldError[] => [
    ...validateName(name, entry),
    ...resourceAmount(name, amount, entry),
    ...pageMultiple(name, amount, entry),
  ];
  const limitsPath = childPath(path, 'limits');
  const requestsPath = childPath(path, 'requests');
  const { limits = {}, requests = {} } = resources ?? {};
  const errors = [
    ...eachEntry(limits, limitsPath, amounts),
    ...eachEntry(requests, requestsPath, (name, amount, entry) => [
      ...validateName(name, entry),
      ...resourceAmount(name, amount, entry),
      ...againstLimit(name, amount, { limits, limitsPath, path: requestsPath }),
      ...pageMultiple(name, amount, entry),
    ]),
  ];
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const hugePages = names.some((name) => name.startsWith('hugepages-'));
  if (hugePages && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(resources?.claims, childPath(path, 'claims'), claims)];
};

const validateClaims = (used: ResourceRequirements['claims'], path: string, claims: ReadonlySet<string>): FieldError[] => {
  const seen = new Set<string>();
  return each(used, path, ({ name, request = '' }, item) => {
    if (!name) return [required(item)];
    const key = request === '' ? name : `${name}/${request}`;
    const errors: FieldError[] = [];
    if (seen.has(name)) errors.push(duplicate(item, name));
    else {
      if (request !== '') errors.push(...checked(isDns1123Label, request, childPath(item, 'request')));
      const isCovered = request === '' && [...seen].some((other) => other.startsWith(`${name}/`));
      if (seen.has(key) || isCovered) errors.push(duplicate(item, key));
      seen.add(key);
    }
    if (claims.has(name)) return errors;
    const found = claims.size === 0 ? 'which is empty' : `which are: ${[...claims].toSorted().join(', ')}`;
    return [...errors, { ...fieldNotFound(item, name), detail: `must be one of the names in pod.spec.resourceClaims ${found}` }];
  });
};

const againstLimit = (
  name: string,
  amount: string,
  { limits, limitsPath, path }: { limits: Readonly<Record<string, string>>; limitsPath: string; path: string },
): FieldError[] => {
  const limit = limits[name];
  if (limit === undefined) {
    return mayOvercommit(name) ? [] : [required(limitsPath, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(parseQuantity(amount), parseQuantity(limit));
  if (order !== 0 && !mayOvercommit(name)) return [invalid(path, amount, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalid(path, amount, `must be less than or equal to ${name} limit of ${limit}`)] : [];
};
