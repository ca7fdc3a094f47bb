import { labelSelectorFromSpec, matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import type { LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
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
  if (!isReadable(selector)) errors.push(invalid(path, selector, kind === 'deployment' ? 'invalid label selector' : ''));
  return isEmptySelector(selector) ? [...errors, invalid(path, selector, `empty selector is invalid for ${kind}`)] : errors;
};

/** The selector must choose the template's pods, and they must run for ever. */
export const validateWorkloadTemplate = (
  template: PodTemplateSpec | undefined,
  path: string,
  { selector, kind }: { readonly selector: LabelSelectorSpec | undefined; readonly kind: string },
): FieldError[] => {
  const errors: FieldError[] = [];
  const labels = template?.metadata?.labels;
  if (!matchesOrIsReported(selector, labels)) {
    errors.push(invalid(childPath(path, 'metadata.labels'), labels ?? null, '`selector` does not match template `labels`'));
  }
  errors.push(...validatePodTemplate(template, path));
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy && restartPolicy !== 'Always')
    errors.push(notSupported(childPath(path, 'spec.restartPolicy'), restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(forbiddenField(childPath(path, 'spec.activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`));
  }
  return errors;
};

/** True for a selector that matches, or is of everything, or is so wrong that it is reported elsewhere. */
const matchesOrIsReported = (selector: LabelSelectorSpec | undefined, labels: Readonly<Record<string, string>> | undefined): boolean => {
  try {
    return (Boolean(selector) && isEmptySelector(selector)) || matchesLabels(labelSelectorFromSpec(selector), labels);
  } catch {
    return true;
  }
};

const isReadable = (selector: LabelSelectorSpec): boolean => {
  try {
    labelSelectorFromSpec(selector);
    return true;
  } catch {
    return false;
  }
};
