import type { PersistentVolume, PersistentVolumeClaim } from '../types.gen.ts';
import { termWarnings } from './deprecated-labels.ts';
import { claimSpecWarnings } from './claim-spec-warnings.ts';
import { volumeSourceWarnings } from './volume-warnings.ts';

const betaClass = 'volume.beta.kubernetes.io/storage-class';
const betaOptions = 'volume.beta.kubernetes.io/mount-options';

type Annotations = Readonly<Record<string, string>> | undefined;

const betaClassWarnings = (annotations: Annotations): string[] =>
  annotations?.[betaClass] === undefined
    ? []
    : [`metadata.annotations[${betaClass}]: deprecated since v1.8; use "storageClassName" attribute instead`];

export const claimWarnings = ({ metadata, spec }: PersistentVolumeClaim): readonly string[] => [
  ...betaClassWarnings(metadata.annotations),
  ...claimSpecWarnings(spec, 'spec'),
];

export const volumeObjectWarnings = ({ metadata, spec }: PersistentVolume): readonly string[] => [
  ...betaClassWarnings(metadata.annotations),
  ...(metadata.annotations?.[betaOptions] === undefined
    ? []
    : [`metadata.annotations[${betaOptions}]: deprecated since v1.31; use "mountOptions" attribute instead`]),
  ...(spec?.persistentVolumeReclaimPolicy === 'Recycle'
    ? [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      ]
    : []),
  ...(spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
    termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`),
  ),
  ...volumeSourceWarnings({ ...spec }, 'spec'),
];
