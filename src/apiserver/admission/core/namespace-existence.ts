import { notFound } from '../../../apimachinery/errors/api-errors.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { type InternalApi, loopbackUser } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { coreResource } from '../refuse.ts';

const namespaces = coreResource('namespaces');

const isInNamespace = ({ definition, namespace }: AdmissionAttributes): boolean => definition.namespaced && namespace !== '';

/** NamespaceExists (off by default): nothing is written in a namespace that is not there. */
export const namespaceExists = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => ({
  name: 'NamespaceExists',
  handles: (attributes) => attributes.operation !== 'CONNECT' && isInNamespace(attributes),
  async validate({ namespace }) {
    const found = api.cache(namespaces).get(namespace) ?? (await api.get(namespaces, namespace));
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  },
});

/** NamespaceAutoProvision (off by default): what is created in a namespace that is not there brings it along. */
export const namespaceAutoProvision = (api: Pick<InternalApi, 'cache' | 'create'>): AdmissionPlugin => ({
  name: 'NamespaceAutoProvision',
  handles: (attributes) => attributes.operation === 'CREATE' && !attributes.dryRun && isInNamespace(attributes),
  async admit({ namespace }) {
    if (api.cache(namespaces).get(namespace)) return;
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    try {
      await api.create(namespaces, object, { user: loopbackUser });
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  },
});
