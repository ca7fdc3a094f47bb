import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import { parseLabelSelector } from '../../../apimachinery/selectors/parse-label-selector.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus } from '../../../api/autoscaling/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { horizontalPodAutoscalersRef, podsRef } from '../../../api/refs.gen.ts';
import { resourcePath } from '../../../client/paths.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { withCondition } from '../common/conditions.ts';
import { errorMessage } from '../common/error-message.ts';
import { limitSize } from './behaviour.ts';
import type { ScalingHistory } from './behaviour.ts';
import { measure } from './measure.ts';

const syncSeconds = 15;

interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas?: number; selector?: string };
}

interface Target {
  readonly ref: ResourceRef;
  readonly scale: Scale;
}

/** Sizes workloads by the resources their pods use (autoscaling/v2). */
export const addHorizontalAutoscaler = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('horizontal-pod-autoscaler');
  const autoscalers = manager.informer<HorizontalPodAutoscaler>(horizontalPodAutoscalersRef);
  const pods = manager.informer<Pod>(podsRef);
  const histories = new Map<string, ScalingHistory>();

  const findTarget = async ({ metadata, spec }: HorizontalPodAutoscaler): Promise<Target> => {
    const { apiVersion = 'v1', kind, name } = spec.scaleTargetRef;
    const ref = await client.refFor(apiVersion, kind);
    if (!ref)
      throw new Error(`unable to determine resource for scale target reference: no matches for kind "${kind}" in version "${apiVersion}"`);
    const path = resourcePath(ref, { namespace: metadata.namespace, name, subresource: 'scale' });
    return { ref, scale: (await client.raw(path)) as Scale };
  };

  /** A status in the making: conditions are set as the work goes on, and written whatever comes of it. */
  const draft = (autoscaler: HorizontalPodAutoscaler) => {
    const { metadata, status } = autoscaler;
    const next: HorizontalPodAutoscalerStatus = {
      ...status,
      desiredReplicas: status?.desiredReplicas ?? 0,
      ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    };
    return {
      next,
      set: (type: string, state: 'True' | 'False', { reason, message }: { readonly reason: string; readonly message: string }): void => {
        next.conditions = withCondition(next.conditions, { type, status: state, reason, message }, clock.now());
      },
      write: async (): Promise<void> => {
        if (semanticEqual(next, status)) return;
        await client.resource<HorizontalPodAutoscaler>(horizontalPodAutoscalersRef).updateStatus({ ...autoscaler, status: next });
      },
    };
  };
  type Draft = ReturnType<typeof draft>;

  const warn = (autoscaler: HorizontalPodAutoscaler, reason: string, message: string): void =>
    events.event(autoscaler, 'Warning', reason, message);

  /** The wanted size and why; undefined when nothing can be said. */
  const decide = async (
    autoscaler: HorizontalPodAutoscaler,
    { scale, key, status }: { readonly scale: Scale; readonly key: string; readonly status: Draft },
  ): Promise<{ readonly replicas: number; readonly reason: string } | undefined> => {
    const current = scale.spec?.replicas ?? 0;
    const { minReplicas = 1, maxReplicas } = autoscaler.spec;
    if (current === 0) {
      status.set('ScalingActive', 'False', {
        reason: 'ScalingDisabled',
        message: 'scaling is disabled since the replica count of the target is zero',
      });
      return { replicas: 0, reason: '' };
    }
    if (current > maxReplicas) return { replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < minReplicas) return { replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' };
    const selector = parseLabelSelector(scale.status?.selector ?? '');
    const selected = pods.list(autoscaler.metadata.namespace ?? '').filter(({ metadata }) => matchesLabels(selector, metadata.labels));
    const { decisive, statuses, errors } = await measure(client, autoscaler, { pods: selected, current });
    status.next.currentMetrics = [...statuses];
    const [first] = errors;
    for (const { reason, message } of errors) warn(autoscaler, reason, message);
    if (!decisive) {
      if (!first) return undefined;
      const resource = /^failed to get (\S+) /.exec(first.message)?.[1] ?? '';
      status.set('ScalingActive', 'False', {
        reason: first.reason,
        message: `the HPA was unable to compute the replica count: ${first.message}`,
      });
      const count = `${errors.length} invalid out of ${autoscaler.spec.metrics?.length ?? 0}`;
      warn(
        autoscaler,
        'FailedComputeMetricsReplicas',
        `invalid metrics (${count}), first error is: failed to get ${resource} resource metric value: ${first.message}`,
      );
      return undefined;
    }
    status.set('ScalingActive', 'True', {
      reason: 'ValidMetricFound',
      message: `the HPA was able to successfully calculate a replica count from ${decisive.name}`,
    });
    const history = histories.get(key) ?? { recommendations: [{ at: clock.now(), replicas: current }], changes: [] };
    histories.set(key, history);
    const size = limitSize(autoscaler, current, { wanted: decisive.replicas, history, now: clock.now() });
    status.set('AbleToScale', 'True', size.ableToScale);
    status.set('ScalingLimited', size.limited.status, size.limited);
    return { replicas: size.replicas, reason: size.replicas > current ? `${decisive.name} above target` : 'All metrics below target' };
  };

  const rescale = async (
    autoscaler: HorizontalPodAutoscaler,
    { ref, scale }: Target,
    { replicas, reason, status }: { readonly replicas: number; readonly reason: string; readonly status: Draft },
  ): Promise<void> => {
    const { name, namespace } = scale.metadata;
    try {
      await client.resource(ref).updateSubresource(name, namespace, 'scale', { ...scale, spec: { ...scale.spec, replicas } } as Scale);
    } catch (error) {
      warn(autoscaler, 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${errorMessage(error)}`);
      status.set('AbleToScale', 'False', {
        reason: 'FailedUpdateScale',
        message: `the HPA controller was unable to update the target scale: ${errorMessage(error)}`,
      });
      throw error;
    }
    status.set('AbleToScale', 'True', {
      reason: 'SucceededRescale',
      message: `the HPA controller was able to update the target scale to ${replicas}`,
    });
    events.event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
    status.next.lastScaleTime = formatTime(clock.now());
  };

  const scaleTarget = async (autoscaler: HorizontalPodAutoscaler, key: string, status: Draft): Promise<void> => {
    let target: Target;
    try {
      target = await findTarget(autoscaler);
    } catch (error) {
      const message = errorMessage(error);
      warn(autoscaler, 'FailedGetScale', message);
      return status.set('AbleToScale', 'False', {
        reason: 'FailedGetScale',
        message: `the HPA controller was unable to get the target's current scale: ${message}`,
      });
    }
    const current = target.scale.spec?.replicas ?? 0;
    status.next.currentReplicas = target.scale.status?.replicas ?? current;
    status.set('AbleToScale', 'True', {
      reason: 'SucceededGetScale',
      message: "the HPA controller was able to get the target's current scale",
    });
    const decision = await decide(autoscaler, { scale: target.scale, key, status });
    if (!decision) return;
    if (decision.replicas !== current) {
      await rescale(autoscaler, target, { ...decision, status });
      histories.get(key)?.changes.push({ at: clock.now(), replicas: decision.replicas - current });
    }
    status.next.desiredReplicas = decision.replicas;
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const autoscaler = autoscalers.byKey(key);
    if (!autoscaler) return void histories.delete(key);
    const status = draft(autoscaler);
    try {
      await scaleTarget(autoscaler, key, status);
    } finally {
      await status.write();
    }
    return { requeueAfterSeconds: syncSeconds };
  };

  manager.addController({
    name: 'horizontal-pod-autoscaler',
    watches: [
      // Its own status is no reason to look again: that would be a loop without a pause.
      watch(autoscalers, ({ type, object, old }) =>
        type === 'modified' && jsonEqual(old?.spec, object.spec) ? [] : [`${object.metadata.namespace ?? ''}/${object.metadata.name}`],
      ),
    ],
    reconcile,
  });
};
