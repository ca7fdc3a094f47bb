import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { isWithin, parseIpRange, type IpRange } from './ip-range.ts';

interface ServiceCidr {
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = (object: UnstructuredObject): boolean => {
  const { status } = object as ServiceCidr;
  return (
    !object.metadata.deletionTimestamp &&
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true
  );
};

const parsed = (cidr: string): IpRange[] => {
  try {
    return [parseIpRange(cidr)];
  } catch {
    return [];
  }
};

/**
 * Where Services of the server's family get their addresses: the server's own range and those of ServiceCIDRs that are ready (KEP-1880). A
 * range within another one is left out: what is in it is in the other.
 */
export const serviceRanges = (own: IpRange, objects: readonly UnstructuredObject[]): readonly IpRange[] => {
  const given = objects.filter(isReady).flatMap((object) => ((object as ServiceCidr).spec?.cidrs ?? []).flatMap(parsed));
  const all = [own, ...given.filter(({ family, cidr }) => family === own.family && cidr !== own.cidr)];
  return all.filter((range, index) => !all.some((other, position) => position !== index && isWithin(range, other)));
};
