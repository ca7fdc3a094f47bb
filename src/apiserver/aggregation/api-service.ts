import type { APIService, APIServiceCondition } from '../../api/apiregistration/types.gen.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

export const apiServicesResource: GroupVersionResource = { group: 'apiregistration.k8s.io', version: 'v1', resource: 'apiservices' };

/** Marks the objects that stand for what this server serves itself: `onstart` for built-in group versions, `true` for custom ones. */
export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged';

export const asApiService = (object: UnstructuredObject): APIService => object as unknown as APIService;

/** `v1.apps`; the core group's is `v1.`. */
export const apiServiceName = (group: string, version: string): string => `${version}.${group}`;

export const isRemote = ({ spec }: APIService): boolean => spec.service !== undefined && spec.service !== null;

/** Sets the Available condition in place; false when nothing changed. `now` is RFC 3339. */
export const setAvailable = (
  service: APIService,
  condition: Pick<APIServiceCondition, 'status' | 'reason' | 'message'>,
  now: string,
): boolean => {
  const conditions = ((service.status ??= {}).conditions ??= []);
  const before = conditions.find(({ type }) => type === 'Available');
  if (before?.status === condition.status && before.reason === condition.reason && before.message === condition.message) return false;
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const next = { lastTransitionTime, ...condition, type: 'Available' };
  if (before) Object.assign(before, next);
  else conditions.push(next);
  return true;
};
