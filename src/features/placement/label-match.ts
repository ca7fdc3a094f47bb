import type { LabelSelector, LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
import { labelSelectorFromSpec, matchesLabels, nothing } from '../../apimachinery/selectors/label-selector.ts';

const compiled = new WeakMap<object, LabelSelector>();

/** Whether a policy's selector selects these labels; compiled once per selector object. A malformed selector selects nothing. */
export const matchesLabelSelector = (spec: LabelSelectorSpec, labels: Readonly<Record<string, string>> | undefined): boolean => {
  let selector = compiled.get(spec);
  if (!selector) {
    selector = compile(spec);
    compiled.set(spec, selector);
  }
  return matchesLabels(selector, labels);
};

const compile = (spec: LabelSelectorSpec): LabelSelector => {
  try {
    return labelSelectorFromSpec(spec);
  } catch {
    return nothing;
  }
};
