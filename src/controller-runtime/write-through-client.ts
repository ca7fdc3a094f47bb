import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { Client, ResourceClient } from '../client/contract.ts';

/** A client whose answers to writes reach the caches before the watch does: a reconcile never acts on what it has just changed. */
export const createWriteThroughClient = (client: Client, absorb: (ref: ResourceRef, object: KubeObject) => void): Client => {
  const resources = new WeakMap<ResourceRef, unknown>();
  return {
    ...client,
    resource: <T extends KubeObject = UnstructuredObject>(ref: ResourceRef): ResourceClient<T> => {
      const known = resources.get(ref) as ResourceClient<T> | undefined;
      const resource = known ?? writeThrough(client.resource<T>(ref), (object) => absorb(ref, object));
      if (!known) resources.set(ref, resource);
      return resource;
    },
  };
};

const writeThrough = <T extends KubeObject>(inner: ResourceClient<T>, absorb: (object: T) => void): ResourceClient<T> => {
  const through = async (write: Promise<T>, dryRun: boolean | undefined): Promise<T> => {
    const object = await write;
    if (!dryRun && object.metadata?.resourceVersion) absorb(object);
    return object;
  };
  return {
    ...inner,
    create: (object, options) => through(inner.create(object, options), options?.dryRun),
    update: (object, options) => through(inner.update(object, options), options?.dryRun),
    updateStatus: (object, options) => through(inner.updateStatus(object, options), options?.dryRun),
    patch: (name, namespace, body, options) => {
      const write = inner.patch(name, namespace, body, options);
      // Other subresources answer with another kind.
      return options.subresource === undefined || options.subresource === 'status' ? through(write, options.dryRun) : write;
    },
    apply: (object, options) => {
      const write = inner.apply(object, options);
      return options.subresource === undefined || options.subresource === 'status' ? through(write, options.dryRun) : write;
    },
  };
};
