import type { ObjectMeta } from '../../apimachinery/meta/object.ts';
import type { PodTemplateSpec } from './types.gen.ts';

/** An object that makes pods and has no labels has its pods' ones, whenever it is read. In place. */
export const defaultTemplateLabels = (metadata: ObjectMeta, template: PodTemplateSpec | undefined): void => {
  const labels = template?.metadata?.labels;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
};
