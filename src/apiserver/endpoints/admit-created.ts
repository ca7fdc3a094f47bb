import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { admissionAttributes, admit, validateAdmission } from '../registry/admission-chain.ts';
import { ensureNamespace } from '../registry/object-meta.ts';
import type { Registry, WriteRequest } from '../registry/registry.ts';

/**
 * Runs admission for what is posted to a subresource (an Eviction, a Binding, a TokenRequest) or to a kind that is not stored; plugins may
 * change it in place. `complete` fills it in, and checks it, before plugins that only judge see it. @throws StatusError when one refuses
 */
export const admitCreated = async (
  registry: Registry,
  write: WriteRequest,
  object: UnstructuredObject,
  complete?: (object: UnstructuredObject) => Promise<void>,
): Promise<void> => {
  if (write.subresource !== '') ensureNamespace(object.metadata, write.namespace);
  const attributes = admissionAttributes(write, 'CREATE', { object, oldObject: undefined });
  await admit(registry, attributes);
  await complete?.(object);
  await validateAdmission(registry, attributes);
};

/** The registry for writes that follow from what was admitted already. */
export const admitted = (registry: Registry): Registry => ({ ...registry, admission: [] });
