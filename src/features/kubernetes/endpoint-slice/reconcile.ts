import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Endpoint, EndpointSlice } from '../../../api/discovery/types.gen.ts';
import type { EndpointGroup } from './endpoint.ts';

export const maxEndpointsPerSlice = 100;

/** What to write so that the slices hold exactly the groups. */
export interface SlicePlan {
  readonly create: readonly { readonly group: EndpointGroup; readonly endpoints: readonly Endpoint[] }[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

const addressOf = ({ addresses }: Endpoint): string => addresses[0] ?? '';
const sorted = (endpoints: readonly Endpoint[]): Endpoint[] => endpoints.toSorted((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
/** By the ports' values: the order of fields is the server's, the order of ports nobody's. */
const groupKey = ({ addressType, ports }: { readonly addressType: string; readonly ports?: EndpointGroup['ports'] }): string =>
  JSON.stringify([
    addressType,
    ...(ports ?? []).map(({ name, protocol, port, appProtocol }) => JSON.stringify([name ?? '', protocol, port, appProtocol])).toSorted(),
  ]);

/** Endpoints stay in the slice they are in, new ones fill slices with room, so that few slices change. */
export const planSlices = (groups: readonly EndpointGroup[], existing: readonly EndpointSlice[]): SlicePlan => {
  const plan = {
    create: [] as { group: EndpointGroup; endpoints: Endpoint[] }[],
    update: [] as EndpointSlice[],
    remove: [] as EndpointSlice[],
  };
  const byGroup = groupSlices(existing);
  for (const group of groups) {
    const key = groupKey(group);
    planGroup(group, byGroup.get(key) ?? [], plan);
    byGroup.delete(key);
  }
  for (const slices of byGroup.values()) plan.remove.push(...slices);
  return plan;
};

function groupSlices(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) groups.set(groupKey(slice), [...(groups.get(groupKey(slice)) ?? []), slice]);
  return groups;
}

function planGroup(
  group: EndpointGroup,
  slices: readonly EndpointSlice[],
  plan: { create: { group: EndpointGroup; endpoints: Endpoint[] }[]; update: EndpointSlice[]; remove: EndpointSlice[] },
): void {
  const wanted = new Map(group.endpoints.map((endpoint) => [addressOf(endpoint), endpoint]));
  const contents = slices.map((slice) => {
    const kept = (slice.endpoints ?? []).map(addressOf).filter((address) => wanted.has(address));
    const endpoints = kept.map((address) => wanted.get(address)).filter((endpoint) => endpoint !== undefined);
    for (const address of kept) wanted.delete(address);
    return { slice, endpoints };
  });
  const homeless = [...wanted.values()];
  for (const { endpoints } of contents.toSorted((a, b) => b.endpoints.length - a.endpoints.length)) {
    endpoints.push(...homeless.splice(0, Math.max(0, maxEndpointsPerSlice - endpoints.length)));
  }
  for (const { slice, endpoints } of contents) {
    // One empty slice stays: consumers see that the service has none.
    const isLast = group.endpoints.length === 0 && slice === slices[0];
    if (endpoints.length === 0 && !isLast) plan.remove.push(slice);
    else if (!jsonEqual(sorted(endpoints), sorted(slice.endpoints ?? []))) plan.update.push({ ...slice, endpoints: sorted(endpoints) });
  }
  while (homeless.length > 0) plan.create.push({ group, endpoints: sorted(homeless.splice(0, maxEndpointsPerSlice)) });
  if (slices.length === 0 && group.endpoints.length === 0) plan.create.push({ group, endpoints: [] });
}
