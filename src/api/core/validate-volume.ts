import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { Json } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { unchanged } from '../checks.ts';
import type { PersistentVolume } from './types.gen.ts';
import { validatePersistentVolumeSpec } from './validate-persistent-volume.ts';

const notSources = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
]);

export const validateVolume = ({ spec }: PersistentVolume): FieldError[] => validatePersistentVolumeSpec(spec, 'spec');

const sourceOf = ({ spec }: PersistentVolume) => Object.fromEntries(Object.entries(spec).filter(([name]) => !notSources.has(name)));

export const validateVolumeUpdate = (volume: PersistentVolume, old: PersistentVolume): FieldError[] => {
  // Looked at as a new one and as a change: what is wrong is told twice.
  const errors = [...validateVolume(volume), ...validateVolume(volume)];
  if (!jsonEqual(sourceOf(volume), sourceOf(old))) {
    errors.push(forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation\n'));
  }
  errors.push(...unchanged(volume.spec.volumeMode, old.spec.volumeMode, 'volumeMode'));
  const { nodeAffinity } = volume.spec;
  if (old.spec.nodeAffinity && !jsonEqual(relabeled(nodeAffinity ?? null), relabeled(old.spec.nodeAffinity))) {
    const message = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', nodeAffinity ?? null, message));
  }
  if (old.spec.volumeAttributesClassName !== undefined && volume.spec.volumeAttributesClassName === undefined) {
    errors.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
};

const labelNow: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
};

/** Labels of old by the names that they have now. */
const relabeled = (affinity: PersistentVolume['spec']['nodeAffinity'] | null): Json =>
  JSON.parse(JSON.stringify(affinity, (key, value: unknown) => (key === 'key' ? (labelNow[String(value)] ?? value) : value))) as Json;
