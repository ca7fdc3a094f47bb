import type { DeviceClaim, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from './types.gen.ts';

interface Allocation {
  allocationMode?: string;
  count?: number;
}

const defaultAllocation = (request: Allocation): void => {
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ||= 1;
};

const defaultDevices = (devices: DeviceClaim | undefined): void => {
  for (const { exactly, firstAvailable } of devices?.requests ?? []) {
    if (exactly) defaultAllocation(exactly);
    for (const request of firstAvailable ?? []) defaultAllocation(request);
    for (const request of [exactly, ...(firstAvailable ?? [])]) {
      for (const toleration of request?.tolerations ?? []) toleration.operator ||= 'Equal';
    }
  }
};

export const defaultResourceClaim = ({ spec }: ResourceClaim): void => defaultDevices(spec.devices);

export const defaultResourceClaimTemplate = ({ spec }: ResourceClaimTemplate): void => defaultDevices(spec.spec?.devices);

/** A taint's time is when it was first seen. */
export const defaultResourceSlice = ({ spec }: ResourceSlice): void => {
  for (const { taints } of spec.devices ?? []) {
    for (const taint of taints ?? []) taint.timeAdded ??= `${new Date().toISOString().slice(0, 19)}Z`;
  }
};
