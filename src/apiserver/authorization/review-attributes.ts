import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { UserInfo } from '../http/exchange.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import type { AuthorizationAttributes } from './contract.ts';
import { readFieldSelector, type ReviewSelector, validateFieldReviewSelector, validateLabelReviewSelector } from './review-selectors.ts';

/** The spec that SubjectAccessReview, SelfSubjectAccessReview and LocalSubjectAccessReview share. */
export interface AccessReviewSpec {
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly group?: string;
    readonly version?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
    readonly fieldSelector?: ReviewSelector;
    readonly labelSelector?: ReviewSelector;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** As the original's messages show it. */
const goForm = ({ path = '', verb = '' }: NonNullable<AccessReviewSpec['nonResourceAttributes']>): object => ({ Path: path, Verb: verb });

/** What is wrong with a review's spec; a self review names no user. */
export const validateAccessReview = (spec: AccessReviewSpec, { self }: { self: boolean }): FieldError[] => {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid('spec.nonResourceAttributes', goForm(nonResourceAttributes), detail));
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, detail));
  }
  if (!self && !spec.user && !spec.groups?.length)
    errors.push(invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  const path = 'spec.resourceAttributes';
  errors.push(...validateFieldReviewSelector(resourceAttributes?.fieldSelector, `${path}.fieldSelector`));
  errors.push(...validateLabelReviewSelector(resourceAttributes?.labelSelector, `${path}.labelSelector`));
  return errors;
};

/** What a local review must obey besides: it asks about its own namespace, and about resources only. */
export const validateLocalReview = ({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec, namespace: string): FieldError[] => {
  const errors: FieldError[] = [];
  const asked = resourceAttributes?.namespace ?? '';
  if (resourceAttributes && asked !== namespace) {
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (nonResourceAttributes) {
    errors.push(invalid('spec.nonResourceAttributes', goForm(nonResourceAttributes), 'disallowed on this kind of request'));
  }
  return errors;
};

/** A review is no object that is kept: it has no metadata, a local one only its namespace. */
export const validateReviewMetadata = ({ metadata }: UnstructuredObject, namespace: string): FieldError[] => {
  const own = new Set(['managedFields', ...(namespace === '' ? [] : ['namespace'])]);
  const isEmpty = Object.entries(metadata).every(([name, value]) => own.has(name) || (value ?? '') === '');
  return isEmpty ? [] : [invalid('metadata', metadata, namespace === '' ? 'must be empty' : 'must be empty except for namespace')];
};

export const reviewedUser = (spec: AccessReviewSpec): UserInfo => ({
  username: spec.user ?? '',
  groups: spec.groups ?? [],
  ...(spec.uid ? { uid: spec.uid } : {}),
  ...(spec.extra ? { extra: spec.extra } : {}),
});

/** What the review asks, as the authorizers take it. */
export const reviewAttributes = (spec: AccessReviewSpec, user: UserInfo): AuthorizationAttributes => {
  const asked = spec.resourceAttributes;
  if (!asked) return { user, verb: spec.nonResourceAttributes?.verb ?? '', nonResource: { path: spec.nonResourceAttributes?.path ?? '' } };
  const fields = readFieldSelector(asked.fieldSelector).requirements;
  return {
    user,
    verb: asked.verb ?? '',
    resource: {
      group: asked.group ?? '',
      version: asked.version ?? '',
      resource: asked.resource ?? '',
      subresource: asked.subresource ?? '',
      namespace: asked.namespace ?? '',
      name: asked.name ?? '',
      ...(fields.length > 0 ? { fields } : {}),
    },
  };
};
