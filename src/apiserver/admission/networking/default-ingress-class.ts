import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';
import { defaultClass } from '../storage/default-class.ts';

const ingressClasses = { group: 'networking.k8s.io', version: 'v1', resource: 'ingressclasses' };

/** An Ingress that names no class gets the default one. */
export const defaultIngressClass = (api: Pick<InternalApi, 'cache'>): AdmissionPlugin => {
  const cache = api.cache(ingressClasses);
  return {
    name: 'DefaultIngressClass',
    handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, 'networking.k8s.io', 'ingresses'),
    admit({ object }) {
      if (!object || object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
      const spec = object['spec'] as { ingressClassName?: string };
      if (spec.ingressClassName !== undefined) return;
      const found = defaultClass(cache.list(), ['ingressclass.kubernetes.io/is-default-class']);
      if (found) spec.ingressClassName = found.metadata.name;
    },
  };
};
