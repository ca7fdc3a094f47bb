import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import { builtInKinds } from './kinds.ts';
import { readGenerated } from './definitions.ts';

/** The objects that every cluster starts with, by resource: roles, bindings, flow schemas, priority classes, namespaces. */
export type BootstrapObjects = Readonly<Record<string, readonly UnstructuredObject[]>>;

/** A fresh copy on every call, complete with apiVersion and kind. */
export const bootstrapObjects = (): BootstrapObjects => {
  const byResource = readGenerated('bootstrap.gen.json') as Record<string, Omit<KubeObject, 'apiVersion' | 'kind'>[]>;
  return Object.fromEntries(
    Object.entries(byResource).map(([resource, objects]) => {
      const definition = builtInKinds.find(({ plural }) => plural === resource);
      if (definition === undefined) throw new Error(`bootstrap object of an unknown resource: ${resource}`);
      const { group, version, kind } = definition;
      const apiVersion = group === '' ? version : `${group}/${version}`;
      return [resource, objects.map((object) => ({ apiVersion, kind, ...object }))];
    }),
  );
};
