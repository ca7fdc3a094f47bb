import { expect, test } from 'vitest';
import type { ControllerRevision, StatefulSet } from '../../../api/apps/types.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import type { OwnerReference } from '../../../apimachinery/meta/object.ts';
import { nextActions } from './reconcile.ts';
import { claimOwners } from './retention.ts';

const now = Date.UTC(2026, 0, 1);
const revision = (name: string): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name },
  revision: 1,
});
const revisions = { current: revision('db-old'), update: revision('db-new') };
const set = (spec: Partial<StatefulSet['spec']> = {}, currentReplicas = 0): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'default', uid: 'set' },
  spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: {}, ...spec },
  status: { replicas: 3, currentReplicas },
});
const pod = (
  ordinal: number,
  hash = 'db-old',
  { ready = true, phase = 'Running' }: { ready?: boolean; phase?: 'Running' | 'Failed' } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `db-${ordinal}`, namespace: 'default', uid: `pod-${ordinal}`, labels: { 'controller-revision-hash': hash } },
  spec: { containers: [{ name: 'main', image: 'db' }] },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: new Date(now - 1000).toISOString() }],
  },
});
const rolling = (rollingUpdate: object, policy: object = {}): Partial<StatefulSet['spec']> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
  ...policy,
});
const steps = (spec: Partial<StatefulSet['spec']>, pods: readonly Pod[], currentReplicas = 0): string[] =>
  nextActions(set(spec, currentReplicas), pods, { revisions, now }).map((action) =>
    'create' in action
      ? `create ${action.create.ordinal} at ${action.create.revision.metadata.name}`
      : `remove ${action.remove.pod.metadata.name}`,
  );
const three = [pod(0), pod(1), pod(2)];

test.each<[string, Partial<StatefulSet['spec']>, readonly Pod[], string[]]>([
  ['the first pod comes first', {}, [], ['create 0 at db-new']],
  ['the next waits until the one before is ready', {}, [pod(0, 'db-new', { ready: false })], []],
  [
    'in parallel all come at once',
    { podManagementPolicy: 'Parallel' },
    [],
    ['create 0 at db-new', 'create 1 at db-new', 'create 2 at db-new'],
  ],
  ['updates go from the last ordinal down', {}, three, ['remove db-2']],
  ['and wait for each to be ready', {}, [pod(0), pod(1), pod(2, 'db-new', { ready: false })], []],
  ['pods below the partition stay', rolling({ partition: 2 }), [pod(0), pod(1), pod(2, 'db-new')], []],
  ['and are made anew as they were', rolling({ partition: 2 }), [pod(1), pod(2, 'db-new')], ['create 0 at db-old']],
  [
    'several may be away when told so',
    rolling({ maxUnavailable: 2 }, { podManagementPolicy: 'Parallel' }),
    three,
    ['remove db-2', 'remove db-1'],
  ],
  ['OnDelete updates nothing by itself', { updateStrategy: { type: 'OnDelete' } }, three, []],
  ['but what is made is new', { updateStrategy: { type: 'OnDelete' } }, [pod(0), pod(2)], ['create 1 at db-new']],
  ['a failed pod is removed to be made again', {}, [pod(0, 'db-new', { phase: 'Failed', ready: false })], ['remove db-0']],
  ['scaling down takes the last first', { replicas: 1 }, three, ['remove db-2']],
  ['ordinals may start elsewhere', { ordinals: { start: 5 }, replicas: 1 }, [], ['create 5 at db-new']],
])('%s', (_name, spec, pods, expected) => {
  expect(steps(spec, pods)).toEqual(expected);
});

const kinds: Readonly<Record<string, Omit<OwnerReference, 'uid'>>> = {
  set: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', controller: true },
  'earlier set': { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', controller: true },
  'pod-2': { apiVersion: 'v1', kind: 'Pod', name: 'db-2', controller: true },
  controller: { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', controller: true },
  other: { apiVersion: 'v1', kind: 'ConfigMap', name: 'o' },
};
const claim = (...owners: readonly string[]): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-db-2', ownerReferences: owners.map((uid) => ({ ...(kinds[uid] ?? kinds['other']!), uid })) },
  spec: {},
});

test.each<[string, StatefulSet['spec']['persistentVolumeClaimRetentionPolicy'], boolean, readonly string[], readonly string[] | undefined]>(
  [
    ['kept by default', undefined, true, [], undefined],
    ['kept again when the policy changes back', { whenDeleted: 'Retain', whenScaled: 'Retain' }, false, ['set', 'other'], ['other']],
    ['goes with the set', { whenDeleted: 'Delete' }, false, ['other'], ['other', 'set']],
    ['goes with the set, known already', { whenDeleted: 'Delete' }, false, ['set'], undefined],
    ['goes with a pod that is scaled away', { whenScaled: 'Delete', whenDeleted: 'Delete' }, true, ['set'], ['pod-2']],
    ['is left to another controller', { whenScaled: 'Delete', whenDeleted: 'Delete' }, true, ['controller'], undefined],
    ['is left to another controller, ours off it', { whenDeleted: 'Delete' }, false, ['set', 'controller'], ['controller']],
    ['kept whatever controls it', undefined, true, ['controller'], undefined],
    ['of an earlier set is left alone', { whenDeleted: 'Delete' }, false, ['earlier set'], undefined],
    ['stays with the set while the pod stays', { whenScaled: 'Delete', whenDeleted: 'Delete' }, false, ['pod-2'], ['set']],
  ],
)('a claim %s', (_name, persistentVolumeClaimRetentionPolicy, condemned, owners, expected) => {
  const policy = persistentVolumeClaimRetentionPolicy ? { persistentVolumeClaimRetentionPolicy } : {};
  expect(claimOwners(set(policy), claim(...owners), { pod: pod(2), condemned })?.map(({ uid }) => uid)).toEqual(expected);
});
