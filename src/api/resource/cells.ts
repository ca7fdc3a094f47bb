import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from './types.gen.ts';

const claimState = ({ metadata, status }: ResourceClaim): string => {
  const states = metadata.deletionTimestamp ? ['deleted'] : [];
  if (!status?.allocation) return metadata.deletionTimestamp ? 'deleted' : 'pending';
  states.push('allocated');
  if (status.reservedFor?.length) states.push('reserved');
  return states.join(',');
};

export const nameAndAgeCells = cellsOf<DeviceClass | ResourceClaimTemplate>((object, now) => [object.metadata.name, age(object, now)]);

export const resourceClaimCells = cellsOf<ResourceClaim>((claim, now) => [claim.metadata.name, claimState(claim), age(claim, now)]);

export const resourceSliceCells = cellsOf<ResourceSlice>((slice, now) => [
  slice.metadata.name,
  slice.spec.nodeName ?? '',
  slice.spec.driver,
  slice.spec.pool.name,
  age(slice, now),
]);
