import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { badRequest, internalError, notFound, tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { labelSelectorFromSpec, matchesLabels, type LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
import { decodeBody } from '../http/decode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { checkPreconditions, deleteObject, type DeleteOptions } from '../registry/delete.ts';
import { objectKey, registryPrefix } from '../registry/keys.ts';
import { formatTime } from '../registry/object-meta.ts';
import { resourceOf, type Registry, type WriteRequest } from '../registry/registry.ts';
import { readObject } from '../registry/stored-object.ts';
import { updateObject } from '../registry/update.ts';
import { decodeObject, encodeObject } from '../registry/value-codec.ts';
import { admitCreated, admitted } from './admit-created.ts';
import { toObject } from './decode-object.ts';
import { evictionKind } from '../registry/nested-kinds.ts';
import { statusResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

interface Condition {
  type: string;
  status: string;
}

interface DisruptionBudget {
  spec?: { selector?: LabelSelectorSpec; unhealthyPodEvictionPolicy?: string };
  status?: {
    observedGeneration?: number;
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    disruptedPods?: Record<string, string>;
  };
}

interface PodStatus {
  phase?: string;
  conditions?: Condition[];
}

/** More pods than this under one budget wait for the disruption controller to look at those that go. */
const maxDisruptedPods = 2000;
const retryAfterSeconds = 10;

const refuse = (budget: string, message: string, retryAfter: number): StatusError =>
  new StatusError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    details: {
      causes: [
        { reason: 'DisruptionBudget', message: message || `The disruption budget ${budget} is still being processed by the server.` },
      ],
      ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
    },
  });

const statusOf = (pod: UnstructuredObject): PodStatus => (pod['status'] ?? {}) as PodStatus;

/** Pods that never ran or have ended do not count against a budget. */
const ignoresBudget = (pod: UnstructuredObject): boolean =>
  ['Succeeded', 'Failed', 'Pending'].includes(statusOf(pod).phase ?? '') || pod.metadata.deletionTimestamp !== undefined;

const isReady = (pod: UnstructuredObject): boolean =>
  statusOf(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Takes one disruption from the budget; retried while others write it. @throws StatusError TooManyRequests with cause DisruptionBudget */
const takeDisruption = async (
  registry: Registry,
  key: string,
  { pod, dryRun }: { pod: UnstructuredObject; dryRun: boolean },
): Promise<void> => {
  for (;;) {
    const current = await registry.store.get(key);
    if (!current) return;
    const budget = decodeObject(current.value);
    const { name, generation = 0 } = budget.metadata;
    const { spec = {}, status = {} } = budget as DisruptionBudget;
    const { observedGeneration = 0, disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
    if (!isReady(pod)) {
      if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return;
      if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
    }
    if (observedGeneration < generation) throw refuse(name, '', retryAfterSeconds);
    if (Object.keys(status.disruptedPods ?? {}).length > maxDisruptedPods) {
      throw tooManyRequests('DisruptedPods map too big - too many evictions not confirmed by PDB controller', retryAfterSeconds);
    }
    if (disruptionsAllowed < 1) {
      throw refuse(name, `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`, 0);
    }
    if (dryRun) return;
    const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: formatTime(registry.now()) };
    budget['status'] = { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods };
    const written = await registry.store.update(key, encodeObject(budget), { expected: current.modRevision });
    if (written.applied) return;
  }
};

const budgetsOf = async (registry: Registry, pod: UnstructuredObject): Promise<string[]> => {
  const { items } = await registry.store.list(`${registryPrefix}policy/poddisruptionbudgets/${pod.metadata.namespace}/`);
  const matching = items.filter(({ value }) => {
    const { selector } = (decodeObject(value) as DisruptionBudget).spec ?? {};
    return selector !== undefined && matchesLabels(labelSelectorFromSpec(selector), pod.metadata.labels);
  });
  return matching.map(({ key }) => key);
};

/**
 * Says in the pod's conditions that it is evicted, for whoever counts failures. Answers the options of the deletion that follows: what
 * they ask of the pod's version holds for the one just written.
 */
const tellDisruption = async (registry: Registry, write: WriteRequest, options: DeleteOptions): Promise<DeleteOptions> => {
  const updated = await updateObject(
    admitted(registry),
    { ...write, subresource: 'status' },
    {
      unconditional: true,
      managesFields: true,
      apply(stored) {
        checkPreconditions(write, { object: stored }, options);
        const pod = deepClone(stored);
        const others = (statusOf(pod).conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
        const condition = {
          type: 'DisruptionTarget',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: formatTime(registry.now()),
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
        };
        pod['status'] = { ...statusOf(pod), conditions: [...others, condition] };
        return pod;
      },
    },
  );
  if (options.preconditions?.resourceVersion === undefined) return options;
  return { ...options, preconditions: { ...options.preconditions, resourceVersion: String(updated.revision) } };
};

/** The older version has the same fields, and clients that still send it. */
const isBeta = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && value['apiVersion'] === 'policy/v1beta1';

/** POST of a policy/v1 Eviction: a deletion that asks the pod's disruption budget first. */
export const evictionEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, info, request } = resource;
  const { write, fieldValidation } = parseWriteOptions(resource, 'CreateOptions');
  const body = await decodeBody(request, 'Eviction', { duplicates: fieldValidation !== 'Ignore' });
  if (isBeta(body.value)) body.value['apiVersion'] = 'policy/v1';
  const object = toObject(registry, evictionKind, { body, fieldValidation, warn: write.warn });
  await admitCreated(registry, write, object);
  const eviction = object as unknown as { metadata: { name?: string }; deleteOptions?: DeleteOptions & { dryRun?: string[] } };
  const name = eviction.metadata.name ?? '';
  if (name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  const found = await registry.store.get(objectKey(definition, info.namespace, info.name));
  if (!found) throw notFound(resourceOf(definition), info.name);
  const pod = readObject(definition, found.value);
  const dryRun = write.dryRun || (eviction.deleteOptions?.dryRun?.includes('All') ?? false);
  if (!ignoresBudget(pod)) {
    const budgets = await budgetsOf(registry, pod);
    if (budgets.length > 1)
      throw internalError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    if (budgets[0] !== undefined) await takeDisruption(registry, budgets[0], { pod, dryRun });
  }
  const deletion = { ...write, subresource: '', dryRun };
  const options = eviction.deleteOptions ?? {};
  const current = dryRun ? options : await tellDisruption(registry, deletion, options);
  await deleteObject(admitted(registry), deletion, current);
  const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return statusResponse(resource, 201, success);
};
