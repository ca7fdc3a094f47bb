import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { type InternalApi, loopbackUser } from '../../registry/contract.ts';
import { createSchemaCache } from '../../registry/registry.ts';
import type { PolicySpec } from './policy.ts';
import { typeCheck } from './type-check.ts';

const policies = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'validatingadmissionpolicies' };
const delayMilliseconds = 50;

export interface PolicyStatus {
  stop(): Promise<void>;
}

const isObserved = ({ metadata, ...policy }: UnstructuredObject): boolean => {
  const status = policy['status'] as { observedGeneration?: number } | undefined;
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
};

/** Type-checks every new generation of a ValidatingAdmissionPolicy and says so in its status. */
export const createPolicyStatus = (api: InternalApi, onError: (error: unknown) => void): PolicyStatus => {
  const cache = api.cache(policies);
  const schemaOf = createSchemaCache();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  const update = async (policy: UnstructuredObject): Promise<void> => {
    const generation = policy.metadata.generation ?? 1;
    const warnings = typeCheck((policy['spec'] ?? {}) as PolicySpec, { catalog: api.catalog, schemaOf });
    try {
      await api.modify(policies, policy.metadata.name, {
        user: loopbackUser,
        subresource: 'status',
        change: (object) => {
          if (object.metadata.uid !== policy.metadata.uid || isObserved(object)) return false;
          const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
          object['status'] = { ...(object['status'] as object | undefined), observedGeneration: generation, typeChecking };
          return undefined;
        },
      });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  };
  const updateAll = async (): Promise<void> => {
    try {
      for (const policy of cache.list()) if (!isObserved(policy)) await update(policy);
    } catch (error) {
      if (!stopped) onError(error);
    }
  };
  cache.onChange(({ type, object }) => {
    if (stopped || timer || type !== 'put' || isObserved(object)) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = running.then(updateAll);
    }, delayMilliseconds);
    timer.unref();
  });

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
