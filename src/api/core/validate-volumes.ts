import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { checked, childPath, each, optionalOneOf, requiredName } from '../checks.ts';
import type { PersistentVolumeClaimTemplate, Volume } from './types.gen.ts';
import { validateClaimSpec } from './validate-claims.ts';
import { downwardFile, keyToPath, validateProjected } from './validate-projected.ts';
import { fileMode, descendingPath } from './validate-volume-paths.ts';
import {
  commonSources,
  csiDriverName,
  iscsi,
  requiredFields,
  shownSource,
  storageos,
  type SourceChecks,
} from './validate-volume-sources.ts';

/** A template's metadata has labels and annotations and nothing else. */
const validateTemplateMeta = (metadata: object | undefined, path: string): FieldError[] => {
  const { labels, annotations, ...rest } = (metadata ?? {}) as PersistentVolumeClaimTemplate['metadata'] & object;
  return [
    ...validateAnnotations(annotations, childPath(path, 'annotations')),
    ...validateLabels(labels, childPath(path, 'labels')),
    ...Object.keys(rest).map((name) => forbiddenField(childPath(path, name === 'uid' ? 'uID' : name), 'cannot be set')),
  ];
};

const sources: SourceChecks<Volume> = {
  ...(commonSources as SourceChecks<Volume>),
  emptyDir: ({ sizeLimit }, path) =>
    sizeLimit !== undefined && quantitySign(parseQuantity(sizeLimit)) < 0
      ? [forbiddenField(childPath(path, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
      : [],
  gitRepo: (source, path) => [
    ...requiredFields(source, path, ['repository']),
    ...descendingPath(source.directory ?? '', childPath(path, 'directory')),
  ],
  secret: ({ secretName, defaultMode, items }, path) => [
    ...(secretName ? [] : [required(childPath(path, 'secretName'))]),
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(items, childPath(path, 'items'), keyToPath),
  ],
  configMap: ({ name, defaultMode, items }, path) => [
    ...(name ? [] : [required(childPath(path, 'name'))]),
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(items, childPath(path, 'items'), keyToPath),
  ],
  iscsi: (source, path) => iscsi(source, path, 'must be valid format starting with iqn, eui, or naa'),
  persistentVolumeClaim: (source, path) => requiredFields(source, path, ['claimName']),
  cinder: (source, path) => [
    ...requiredFields(source, path, ['volumeID']),
    ...(source.secretRef ? requiredFields(source.secretRef, childPath(path, 'secretRef'), ['name']) : []),
  ],
  downwardAPI: ({ defaultMode, items }, path) => [
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...(items ?? []).flatMap((file) => downwardFile(file, path)),
  ],
  storageos: (source, path) => storageos(source, path, ['name']),
  projected: validateProjected,
  csi: ({ driver, nodePublishSecretRef: secret }, path) => [
    ...csiDriverName(driver, childPath(path, 'driver')),
    ...(secret && !secret.name ? [required(childPath(path, 'nodePublishSecretRef.name'))] : []),
    ...(secret?.name ? checked(isDns1123Subdomain, secret.name, childPath(path, 'name')) : []),
  ],
  ephemeral: ({ volumeClaimTemplate: template }, path) => {
    const at = childPath(path, 'volumeClaimTemplate');
    if (!template) return [required(at)];
    return [
      ...validateTemplateMeta(template.metadata, childPath(at, 'metadata')),
      ...validateClaimSpec(template.spec, childPath(at, 'spec')),
    ];
  },
  image: ({ pullPolicy }, path) => [...optionalOneOf(pullPolicy, ['Always', 'IfNotPresent', 'Never'], childPath(path, 'pullPolicy'))],
};

/** In the order in which the original looks: the first that is there is the volume's source, any other is one too many. */
const order: readonly (keyof Volume)[] = [
  'emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi', 'glusterfs', 'flocker',
  'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte', 'downwardAPI', 'fc', 'flexVolume', 'configMap', 'azureFile', 'vsphereVolume',
  'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos', 'projected', 'scaleIO', 'csi', 'ephemeral', 'image',
]; // prettier-ignore

/** Two sources are called otherwise in the error of one too many. */
const shownSurplus: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

const validateSource = (volume: Volume, path: string, podName: string | undefined): FieldError[] => {
  const [first, ...more] = order.filter((name) => volume[name] !== undefined);
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const check = sources[first] as ((source: unknown, sourcePath: string) => FieldError[]) | undefined;
  const errors = check?.(volume[first], childPath(path, shownSource[first] ?? first)) ?? [];
  errors.push(
    ...more.map((name) => forbiddenField(childPath(path, shownSurplus[name] ?? name), 'may not specify more than 1 volume type')),
  );
  if (volume.iscsi?.initiatorName !== undefined && `${volume.name}:${volume.iscsi.targetPortal}`.length > 64) {
    const message = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.push(invalid(childPath(path, 'name'), volume.name, message));
  }
  // A template may leave the image to be filled in.
  if (first === 'image' && podName && !volume.image?.reference) errors.push(required(childPath(path, 'image.reference')));
  if (first === 'ephemeral' && podName && volume.name) {
    const claim = `${podName}-${volume.name}`;
    errors.push(
      ...isDns1123Subdomain(claim).map((message) => invalid(childPath(path, 'name'), volume.name, `PVC name "${claim}": ${message}`)),
    );
  }
  return errors;
};

/** The errors, and the valid volumes that containers may mount. A pod's own name is part of its ephemeral claims'. */
export const validateVolumes = (
  volumes: readonly Volume[] | undefined,
  path: string,
  podName?: string,
): { errors: FieldError[]; valid: Map<string, Volume> } => {
  const valid = new Map<string, Volume>();
  const errors = each(volumes, path, (volume, item) => {
    const own = [...validateSource(volume, item, podName), ...requiredName(isDns1123Label, volume.name, childPath(item, 'name'))];
    if (volume.name && valid.has(volume.name)) own.push(duplicate(childPath(item, 'name'), volume.name));
    if (own.length === 0) valid.set(volume.name, volume);
    return own;
  });
  return { errors, valid };
};
