import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, ...path: readonly string[]): JsonObject | undefined => {
  let current: unknown = value;
  for (const step of path) current = isObject(current) ? current[step] : undefined;
  return isObject(current) ? current : undefined;
};

/** The pod spec inside a Pod, a workload's template or a CronJob; undefined for kinds without one. With its JSON pointer. */
export const podSpecOf = (object: UnstructuredObject): { readonly spec: JsonObject; readonly pointer: string } | undefined => {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') {
    const spec = at(object, 'spec');
    return spec && { spec, pointer: '/spec' };
  }
  for (const path of [
    ['spec', 'template', 'spec'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ]) {
    const spec = at(object, ...path);
    if (spec && Array.isArray(spec['containers'])) return { spec, pointer: `/${path.join('/')}` };
  }
  return undefined;
};

/** Every container of the object's pod spec, init containers included, with its JSON pointer. */
export const containersOf = (object: UnstructuredObject): { readonly container: JsonObject; readonly pointer: string }[] => {
  const pod = podSpecOf(object);
  if (!pod) return [];
  return ['initContainers', 'containers'].flatMap((list) =>
    (Array.isArray(pod.spec[list]) ? (pod.spec[list] as JsonObject[]) : []).map((container, index) => ({
      container,
      pointer: `${pod.pointer}/${list}/${index}`,
    })),
  );
};
