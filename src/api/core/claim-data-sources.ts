import type { PersistentVolumeClaimSpec } from './types.gen.ts';

const isOld = ({ apiGroup = '', kind }: NonNullable<PersistentVolumeClaimSpec['dataSource']>): boolean =>
  (kind === 'PersistentVolumeClaim' && !apiGroup) || (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io');

/**
 * What a claim's volume is filled from, said twice: whichever field is given, the other follows (KEP-1495). A source in another
 * namespace is dropped (its feature is off), and so is what dataSource never took. In place.
 */
export const normalizeDataSources = (spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | undefined): void => {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  const wasUsed = old?.dataSource !== undefined || old?.dataSourceRef !== undefined;
  if (!wasUsed && !spec.dataSourceRef && spec.dataSource && !isOld(spec.dataSource)) delete spec.dataSource;
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { namespace: _namespace, ...source } = spec.dataSourceRef;
    spec.dataSource = source;
  }
};
