import { notFound } from '../../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { coreResource, refuse } from '../refuse.ts';

const namespaces = coreResource('namespaces');
const immortal = new Set(['default', 'kube-system', 'kube-public']);

const terminating = (attributes: AdmissionAttributes): StatusError => {
  const { namespace } = attributes;
  const { message, details } = refuse(attributes, `unable to create new content in namespace ${namespace} because it is being terminated`);
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
  return new StatusError('Forbidden', message, { details: { ...details, causes: [cause] } });
};

const isTerminating = (namespace: UnstructuredObject): boolean =>
  (namespace['status'] as { phase?: string } | undefined)?.phase === 'Terminating' || namespace.metadata.deletionTimestamp !== undefined;

/** Nothing is created in a namespace that is absent or going away, and the system's namespaces stay. */
export const namespaceLifecycle = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(namespaces);
  return {
    name: 'NamespaceLifecycle',
    handles: ({ definition, operation }) =>
      definition.plural === 'namespaces' && definition.group === ''
        ? operation === 'DELETE'
        : definition.namespaced && !definition.virtual && (operation === 'CREATE' || operation === 'UPDATE'),
    async admit(attributes) {
      const { definition, namespace, name, operation } = attributes;
      if (definition.plural === 'namespaces' && definition.group === '') {
        if (immortal.has(name)) throw refuse(attributes, 'this namespace may not be deleted');
        return;
      }
      const found = cache.get(namespace) ?? (await api.get(namespaces, namespace));
      if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
      if (operation === 'CREATE' && isTerminating(found)) throw terminating(attributes);
    },
  };
};

/**
 * Looks once more before a new object is stored: webhooks may have taken seconds, and a namespace goes in less. kube-apiserver looks once;
 * there such an object stays behind when its namespace has gone.
 */
export const namespaceStillThere = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(namespaces);
  return {
    name: 'NamespaceLifecycle',
    handles: ({ definition, operation }) => operation === 'CREATE' && definition.namespaced && !definition.virtual,
    validate(attributes) {
      const known = cache.get(attributes.namespace);
      if (known && !isTerminating(known)) return;
      return (async () => {
        const found = known ?? (await api.get(namespaces, attributes.namespace));
        if (!found) throw notFound({ group: '', resource: 'namespaces' }, attributes.namespace);
        if (isTerminating(found)) throw terminating(attributes);
      })();
    },
  };
};
