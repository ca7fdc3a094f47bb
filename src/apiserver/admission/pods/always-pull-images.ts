import { notSupported } from '../../../apimachinery/validation/field-errors.ts';
import { formatFieldError } from '../../../apimachinery/validation/format-field-error.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';
import { asPod, type Container } from './pod-types.ts';

const always = 'Always';
const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

const containersOf = (object: UnstructuredObject): { readonly container: Container; readonly path: string }[] => {
  const { spec } = asPod(object);
  return lists.flatMap((list) => (spec[list] ?? []).map((container, index) => ({ container, path: `spec.${list}[${index}]` })));
};

interface ImageVolume {
  pullPolicy?: string;
}

const imagesOf = (object: UnstructuredObject): { readonly image: ImageVolume; readonly path: string }[] =>
  (asPod(object).spec.volumes ?? []).flatMap(({ image }, index) =>
    image ? [{ image: image as ImageVolume, path: `spec.volumes[${index}].image` }] : [],
  );

const hasNewImage = ({ operation, object, oldObject }: AdmissionAttributes): boolean => {
  if (operation === 'CREATE' || !object || !oldObject) return true;
  const before = new Set(containersOf(oldObject).map(({ container }) => container.image));
  return containersOf(object).some(({ container }) => !before.has(container.image));
};

/** AlwaysPullImages (off by default): who may run an image on a node must be able to pull it. */
export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  handles: (attributes) =>
    (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'pods') && hasNewImage(attributes),
  admit({ object }) {
    if (!object) return;
    for (const { container } of containersOf(object)) container['imagePullPolicy'] = always;
    for (const { image } of imagesOf(object)) image.pullPolicy = always;
  },
  validate(attributes) {
    const { object } = attributes;
    if (!object) return;
    const wrong = [
      ...containersOf(object).map(({ container, path }) => ({ path: `${path}.imagePullPolicy`, value: container['imagePullPolicy'] })),
      ...imagesOf(object).map(({ image, path }) => ({ path: `${path}.pullPolicy`, value: image.pullPolicy })),
    ].find(({ value }) => value !== always);
    if (wrong) throw refuse(attributes, formatFieldError(notSupported(wrong.path, wrong.value as string, [always])));
  },
};
