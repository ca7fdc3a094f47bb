import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PersistentVolumeClaim } from '../../../api/core/types.gen.ts';
import type { VolumeAttributesClass } from '../../../api/storage/types.gen.ts';
import { persistentVolumeClaimsRef, volumeAttributesClassesRef } from '../../../api/refs.gen.ts';
import { startByHand } from '../testing/by-hand.ts';
import type { ByHand } from '../testing/by-hand.ts';
import { addVolumeAttributesClassProtection } from './volume-attributes-class.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand(addVolumeAttributesClassProtection);
}, 30_000);
afterAll(() => cluster.stop());

const createClass = (name: string) =>
  cluster.create<VolumeAttributesClass>(volumeAttributesClassesRef, {
    metadata: { name, finalizers: ['kubernetes.io/vac-protection'] },
    driverName: 'fast',
    parameters: { iops: '1' },
  });
const untilGone = (name: string) => cluster.until<VolumeAttributesClass>(volumeAttributesClassesRef, name, (found) => !found);

test('a class that nothing names goes at once', async () => {
  await createClass('idle');
  await cluster.client.resource(volumeAttributesClassesRef).delete('idle', undefined);
  await untilGone('idle');
});

test('a class stays as long as a claim names it', async () => {
  await createClass('wanted');
  await cluster.create<PersistentVolumeClaim>(persistentVolumeClaimsRef, {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeAttributesClassName: 'wanted',
      resources: { requests: { storage: '1Gi' } },
    },
  });
  const classes = cluster.client.resource<VolumeAttributesClass>(volumeAttributesClassesRef);
  await classes.delete('wanted', undefined);
  expect((await classes.get('wanted', undefined)).metadata.finalizers).toEqual(['kubernetes.io/vac-protection']);
  const patch = { metadata: { finalizers: null } };
  await cluster.client.resource(persistentVolumeClaimsRef).patch('data', 'default', patch, { type: 'merge' });
  await cluster.client.resource(persistentVolumeClaimsRef).delete('data', 'default');
  await untilGone('wanted');
});
