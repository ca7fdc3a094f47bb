import type { ResourceClaim } from './types.gen.ts';

interface DeviceKey {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly shareID?: string;
}

const keyOf = ({ driver, pool, device, shareID = '' }: DeviceKey): string => [driver, pool, device, shareID].join('/');

const allocated = ({ status }: ResourceClaim): Set<string> => new Set((status?.allocation?.devices?.results ?? []).map(keyOf));

/** What drivers say of devices goes when the claim no longer has them. */
export const dropDeallocatedDevices = (claim: ResourceClaim, old: ResourceClaim): void => {
  const [before, now] = [allocated(old), allocated(claim)];
  const kept = claim.status?.devices?.filter((device) => !before.has(keyOf(device)) || now.has(keyOf(device)));
  if (!claim.status || kept?.length === claim.status.devices?.length) return;
  if (kept?.length) claim.status.devices = kept;
  else delete claim.status.devices;
};
