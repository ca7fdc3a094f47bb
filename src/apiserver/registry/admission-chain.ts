import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionOperation, AdmissionPlugin } from '../admission/contract.ts';
import type { WriteRequest } from './registry.ts';

export const admissionAttributes = (
  request: WriteRequest,
  operation: AdmissionOperation,
  objects: { readonly object: UnstructuredObject | undefined; readonly oldObject: UnstructuredObject | undefined },
): AdmissionAttributes => ({
  operation,
  definition: request.definition,
  subresource: request.subresource,
  namespace: request.namespace,
  name: objects.object?.metadata.name || request.name,
  user: request.user,
  dryRun: request.dryRun,
  options: request.options,
  object: objects.object,
  oldObject: objects.oldObject,
  warn: request.warn,
});

/** Lets every plugin change the object, and all of them once more when one asks for it. @throws StatusError when one refuses */
export const admit = async (plugins: readonly AdmissionPlugin[], attributes: AdmissionAttributes): Promise<void> => {
  for (const plugin of plugins) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
  if (!attributes.reinvocation?.repeat()) return;
  for (const plugin of plugins) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
};

/** Lets every plugin look at the final object. @throws StatusError when one refuses */
export const validateAdmission = async (plugins: readonly AdmissionPlugin[], attributes: AdmissionAttributes): Promise<void> => {
  for (const plugin of plugins) if (plugin.validate && plugin.handles(attributes)) await plugin.validate(attributes);
};
