import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Overriders } from '../api/override-policy.ts';
import type { ImageReference } from './image.ts';
import { formatImage, parseImage } from './image.ts';
import { containersOf } from './pod-spec.ts';

export type ImageOverrider = NonNullable<Overriders['imageOverrider']>[number];

/** Rewrites images in place: at the predicate's JSON pointer, else in every container and init container of the object's pod spec. */
export const overrideImage = (object: UnstructuredObject, overrider: ImageOverrider): void => {
  if (overrider.predicate) {
    rewriteAt(object, overrider.predicate.path, overrider);
    return;
  }
  for (const { container } of containersOf(object))
    if (typeof container['image'] === 'string') container['image'] = rewrite(container['image'], overrider);
};

const rewriteAt = (object: UnstructuredObject, pointer: string, overrider: ImageOverrider): void => {
  const steps = pointer.split('/').slice(1);
  const last = steps.pop();
  let parent: unknown = object;
  for (const step of steps) parent = (parent as JsonObject | undefined)?.[step];
  const image = last === undefined ? undefined : (parent as JsonObject | undefined)?.[last];
  if (last === undefined || typeof image !== 'string') throw new Error(`imageOverrider.predicate.path: no image at ${pointer}`);
  (parent as JsonObject)[last] = rewrite(image, overrider);
};

/** `add` appends to the component, `replace` sets it, `remove` clears it. */
const rewrite = (image: string, { component, operator, value = '' }: ImageOverrider): string => {
  const reference = parseImage(image);
  const change = (current: string): string => (operator === 'remove' ? '' : operator === 'add' ? current + value : value);
  switch (component) {
    case 'Registry':
      return formatImage({ ...reference, registry: change(reference.registry) });
    case 'Repository':
      return formatImage({ ...reference, repository: change(reference.repository) });
    case 'Tag':
      return formatImage({ ...reference, tagOrDigest: changeTag(reference, operator, value) });
  }
};

const changeTag = ({ tagOrDigest }: ImageReference, operator: ImageOverrider['operator'], value: string): string => {
  if (operator === 'remove') return '';
  if (operator === 'add') return tagOrDigest === '' ? `:${value}` : tagOrDigest + value;
  return value.includes(':') && !value.startsWith(':') ? `@${value}` : `:${value.replace(/^:/, '')}`;
};
