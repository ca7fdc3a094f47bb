import type { ObjectMeta, OwnerReference } from '../meta/object.ts';
import { parseGroupVersion } from '../meta/group-version.ts';
import { goQuote } from '../text/go-quote.ts';
import type { FieldError } from './field-error.ts';
import { childPath, forbiddenField, immutable, invalid, keyPath, required, tooLong } from './field-errors.ts';
import { validateFieldManager } from './request-options.ts';
import { asPrefix, byteLength, exceedsBytes, isDns1123Label, isLabelKey, isLabelValue, type NameCheck } from './names.ts';

/** Keys and values of all annotations of an object together, in bytes. */
export const maxAnnotationsBytes = 256 * 1024;
const maxSubresourceBytes = 256;

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const message of isLabelKey(key)) errors.push(invalid(path, key, message));
    for (const message of isLabelValue(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const entries = Object.entries(annotations ?? {});
  for (const [key] of entries) for (const message of isLabelKey(key.toLowerCase())) errors.push(invalid(path, key, message));
  if (exceedsBytes(entries.flat(), maxAnnotationsBytes)) errors.push(tooLong(path, maxAnnotationsBytes));
  return errors;
}

const validateOwnerReference = (owner: OwnerReference, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const { version } = parseGroupVersion(owner.apiVersion ?? '');
  // Two slashes are no version of anything.
  if (version === '' || version.includes('/'))
    errors.push(invalid(childPath(path, 'apiVersion'), owner.apiVersion ?? '', 'version must not be empty'));
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (!owner[field]) errors.push(invalid(childPath(path, field), '', 'must not be empty'));
  }
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
    errors.push(invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
};

export function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of owners ?? []) {
    errors.push(...validateOwnerReference(owner, path));
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller === undefined) controller = name;
    else {
      const found = `Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(path, owners, `Only one reference can have Controller set to true. ${found}`));
    }
  }
  return errors;
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors = (finalizers ?? []).flatMap((finalizer) => isLabelKey(finalizer).map((message) => invalid(path, finalizer, message)));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

export const validateManagedFields = (entries: ObjectMeta['managedFields'], path: string): FieldError[] =>
  (entries ?? []).flatMap((entry, i) => {
    const at = keyPath(path, i);
    const errors: FieldError[] = [];
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalid(childPath(at, 'operation'), entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
      errors.push(invalid(childPath(at, 'fieldsType'), entry.fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(entry.manager ?? '', childPath(at, 'manager')));
    if (byteLength(entry.subresource ?? '') > maxSubresourceBytes) errors.push(tooLong(childPath(at, 'subresource'), maxSubresourceBytes));
    return errors;
  });

const validateNamespace = (namespace: string, { namespaced, path }: { namespaced: boolean; path: string }): FieldError[] => {
  if (!namespaced) return namespace === '' ? [] : [forbiddenField(path, 'not allowed on this type')];
  return namespace === '' ? [required(path)] : isDns1123Label(namespace).map((message) => invalid(path, namespace, message));
};

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  /** The kind's rule for names. */
  readonly nameCheck: NameCheck;
  /** Its rule for generateName; default: a prefix of a name. */
  readonly generateNameCheck?: NameCheck;
}

/** Checks metadata.generateName and metadata.name. */
export function validateNames(
  meta: Partial<ObjectMeta>,
  { nameCheck, generateNameCheck }: Omit<ObjectMetaRules, 'namespaced'>,
  path = 'metadata',
): FieldError[] {
  const { name, generateName } = meta;
  const check = generateNameCheck ?? asPrefix(nameCheck);
  return [
    ...(generateName ? check(generateName).map((message) => invalid(childPath(path, 'generateName'), generateName, message)) : []),
    ...(name
      ? nameCheck(name).map((message) => invalid(childPath(path, 'name'), name, message))
      : [required(childPath(path, 'name'), 'name or generateName is required')]),
  ];
}

/** Checks metadata of an object that is about to be created, its name generated already. */
export function validateObjectMeta(meta: Partial<ObjectMeta>, rules: ObjectMetaRules, path = 'metadata'): FieldError[] {
  const errors = validateNames(meta, rules, path);
  errors.push(...validateNamespace(meta.namespace ?? '', { namespaced: rules.namespaced, path: childPath(path, 'namespace') }));
  if ((meta.generation ?? 0) < 0) {
    errors.push(invalid(childPath(path, 'generation'), meta.generation, 'must be greater than or equal to 0'));
  }
  return [
    ...errors,
    ...validateSharedMeta(meta, path),
    ...validateFinalizers(meta.finalizers, childPath(path, 'finalizers')),
    ...validateManagedFields(meta.managedFields, childPath(path, 'managedFields')),
  ];
}

const validateSharedMeta = (meta: Partial<ObjectMeta>, path: string): FieldError[] => [
  ...validateLabels(meta.labels, childPath(path, 'labels')),
  ...validateAnnotations(meta.annotations, childPath(path, 'annotations')),
  ...validateOwnerReferences(meta.ownerReferences, childPath(path, 'ownerReferences')),
];

const immutableFields = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** Checks metadata of an update against what is stored; the caller has filled in what clients may leave out (uid, timestamps). */
export function validateObjectMetaUpdate(meta: Partial<ObjectMeta>, old: Partial<ObjectMeta>, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer)).toSorted();
    if (added.length > 0) {
      const list = `[]string{${added.map(goQuote).join(', ')}}`;
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
      errors.push(forbiddenField(childPath(path, 'finalizers'), detail));
    }
  }
  if (!meta.resourceVersion) errors.push(invalid(childPath(path, 'resourceVersion'), '', 'must be specified for an update'));
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(childPath(path, 'generation'), meta.generation ?? 0, 'must not be decremented'));
  }
  for (const field of immutableFields) {
    const unset = field.endsWith('Timestamp') || field.endsWith('Seconds') ? null : '';
    if ((meta[field] ?? unset) !== (old[field] ?? unset)) errors.push(immutable(childPath(path, field), meta[field] ?? unset));
  }
  return [...errors, ...validateSharedMeta(meta, path), ...validateManagedFields(meta.managedFields, childPath(path, 'managedFields'))];
}
