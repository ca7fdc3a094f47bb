import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionOperation } from '../admission/contract.ts';
import type { Registry, WriteRequest } from './registry.ts';

/** What is created or updated is told so, whichever verb it came with: a patch may do either. */
const optionsOf = (
  operation: AdmissionOperation,
  { force: _force, ...options }: WriteRequest['options'],
): Readonly<Record<string, unknown>> => {
  if (options['kind'] === undefined || (operation !== 'CREATE' && operation !== 'UPDATE')) return options;
  return { ...options, kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions' };
};

const isNamespace = ({ group, plural }: KindDefinition): boolean => group === '' && plural === 'namespaces';

/** A Namespace is taken to be in itself. */
export const admissionAttributes = (
  request: WriteRequest,
  operation: AdmissionOperation,
  objects: { readonly object: UnstructuredObject | undefined; readonly oldObject: UnstructuredObject | undefined },
): AdmissionAttributes => {
  const name = request.isCollection ? '' : objects.object?.metadata.name || request.name;
  return {
    operation,
    definition: request.definition,
    subresource: request.subresource,
    namespace: isNamespace(request.definition) ? name : request.namespace,
    name,
    user: request.user,
    dryRun: request.dryRun,
    options: optionsOf(operation, request.options),
    object: objects.object,
    oldObject: objects.oldObject,
    warn: request.warn,
    annotate: request.annotate,
    ...(request.deadline === undefined ? {} : { deadline: request.deadline }),
    ...(request.isCreationByUpdate ? { isCreationByUpdate: true } : {}),
  };
};

type Chain = Pick<Registry, 'admission' | 'measures'>;

const measured = async (
  { admission, measures }: Chain,
  step: 'admit' | 'validate',
  { operation }: AdmissionAttributes,
  run: () => Promise<void>,
): Promise<void> => {
  if (!measures || admission.length === 0) return run();
  const began = performance.now();
  let rejected = true;
  try {
    await run();
    rejected = false;
  } finally {
    measures.admission(step, operation, { rejected, seconds: (performance.now() - began) / 1000 });
  }
};

/** Lets every plugin change the object, and all of them once more when one asks for it. @throws StatusError when one refuses */
export const admit = (registry: Chain, attributes: AdmissionAttributes): Promise<void> =>
  measured(registry, 'admit', attributes, async () => {
    const plugins = registry.admission;
    for (const plugin of plugins) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
    if (!attributes.reinvocation?.repeat()) return;
    for (const plugin of plugins) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
  });

/** Lets every plugin look at the final object. @throws StatusError when one refuses */
export const validateAdmission = (registry: Chain, attributes: AdmissionAttributes): Promise<void> =>
  measured(registry, 'validate', attributes, async () => {
    for (const plugin of registry.admission) if (plugin.validate && plugin.handles(attributes)) await plugin.validate(attributes);
  });
