import { labelSelectorFromSpec, matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import type { LabelSelector, LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { childPath, isEmptySelector, labelSelector } from '../checks.ts';
import type { PodTemplateSpec } from './types.gen.ts';
import { validatePodSpec } from './validate-pod-spec.ts';

export const validatePodTemplate = (template: PodTemplateSpec | undefined, path: string): FieldError[] => [
  ...validateLabels(template?.metadata?.labels, childPath(path, 'labels')),
  ...validateAnnotations(template?.metadata?.annotations, childPath(path, 'annotations')),
  ...(template?.spec ? validatePodSpec(template.spec, childPath(path, 'spec')) : [required(childPath(path, 'spec'))]),
  ...(template?.spec?.ephemeralContainers?.length
    ? [forbiddenField(childPath(path, 'spec.ephemeralContainers'), 'ephemeral containers not allowed in pod template')]
    : []),
];

/** A workload's selector: there, valid, not of everything. */
export const validateWorkloadSelector = (selector: LabelSelectorSpec | undefined, path: string, kind: string): FieldError[] => {
  if (!selector) return [required(path)];
  const errors = labelSelector(selector, path);
  return isEmptySelector(selector) ? [...errors, invalid(path, {}, `empty selector is invalid for ${kind}`)] : errors;
};

/** Pods of a workload run for ever. */
const runsForEver = (template: PodTemplateSpec | undefined, path: string, kind: string): FieldError[] => {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  return [
    ...(restartPolicy && restartPolicy !== 'Always'
      ? [notSupported(childPath(path, 'spec.restartPolicy'), restartPolicy, ['Always'])]
      : []),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbiddenField(childPath(path, 'spec.activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
};

interface Choice {
  /** Undefined for one that cannot be read, which is reported elsewhere. */
  readonly selector: LabelSelector | undefined;
  readonly kind: string;
}

/** The selector must choose the template's pods, and they must run for ever. */
export const validateWorkloadTemplate = (template: PodTemplateSpec | undefined, path: string, { selector, kind }: Choice): FieldError[] => {
  const labels = template?.metadata?.labels;
  return [
    ...(selector && !matchesLabels(selector, labels)
      ? [invalid(childPath(path, 'metadata.labels'), labels ?? null, '`selector` does not match template `labels`')]
      : []),
    ...validatePodTemplate(template, path),
    ...runsForEver(template, path, kind),
  ];
};

interface SelectedBy {
  readonly selector: LabelSelectorSpec | undefined;
  readonly kind: string;
  /** What is said of a selector that cannot be read. */
  readonly unreadable: string;
}

/** The same for kinds that look at the template only when the selector beside it makes sense. */
export const validateSelectedTemplate = (
  template: PodTemplateSpec | undefined,
  path: string,
  { selector, kind, unreadable }: SelectedBy,
): FieldError[] => {
  const read = readSelector(selector);
  if (read) return validateWorkloadTemplate(template, path, { selector: read, kind });
  const error = invalid(path.replace(/template$/, 'selector'), shownSelector(selector), unreadable);
  return kind === 'StatefulSet' ? [error, ...runsForEver(template, path, kind)] : [error];
};

/** Labels in an error are in the order of their keys. */
const shownSelector = (selector: LabelSelectorSpec | undefined): object => ({
  ...selector,
  ...(selector?.matchLabels
    ? { matchLabels: Object.fromEntries(Object.entries(selector.matchLabels).toSorted(([a], [b]) => (a < b ? -1 : 1))) }
    : {}),
});

/** Undefined for a selector that cannot be read, which is reported elsewhere. */
export const readSelector = (selector: LabelSelectorSpec | undefined): LabelSelector | undefined => {
  try {
    return labelSelectorFromSpec(selector);
  } catch {
    return undefined;
  }
};
