import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required, tooLong, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { checked, childPath, unchanged } from '../checks.ts';
import { validateNodeSelector } from '../core/validate-scheduling.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import type { AllocatedDeviceStatus, AllocationResult, ResourceClaim, ResourceClaimConsumerReference } from './types.gen.ts';
import { namesOf, references, validateReference, type RequestNames } from './validate-claim.ts';
import { poolName, validateOpaque, validateSet } from './validate-common.ts';

const maxConsumers = 256;
const maxConditions = 8;
const maxDataBytes = 10 * 1024;
const maxResults = 32;

interface DeviceKey {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly shareID?: string;
}

const keyOf = ({ driver, pool, device, shareID }: DeviceKey): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

const shownKey = ({ driver, pool, device, shareID = '' }: DeviceKey): object => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

const deviceErrors = ({ driver, pool, device }: DeviceKey, path: string): FieldError[] => [
  ...csiDriverName(driver, childPath(path, 'driver')),
  ...poolName(pool, childPath(path, 'pool')),
  ...checked(isDns1123Label, device ?? '', childPath(path, 'device')),
];

const dataErrors = (data: unknown, path: string): FieldError[] => {
  if (data === undefined || data === null) return [];
  if (JSON.stringify(data).length > maxDataBytes) return [tooLong(path, maxDataBytes)];
  return typeof data === 'object' && !Array.isArray(data) ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
};

/** What a driver says of a device that the claim got. */
const validateDevice = (status: AllocatedDeviceStatus, path: string, allocated: ReadonlySet<string>): FieldError[] => {
  const conditions = childPath(path, 'conditions');
  const count = status.conditions?.length ?? 0;
  return [
    ...deviceErrors(status, path),
    ...(allocated.has(keyOf(status)) ? [] : [invalid(path, shownKey(status), 'must be an allocated device in the claim')]),
    ...(count > maxConditions ? [tooMany(conditions, count, maxConditions)] : []),
    ...validateConditions(status.conditions, conditions),
    ...dataErrors(status.data, childPath(path, 'data')),
  ];
};

const validateConsumer = (consumer: ResourceClaimConsumerReference, path: string): FieldError[] =>
  (['resource', 'name', 'uid'] as const).flatMap((name) => (consumer[name] ? [] : [required(childPath(path, name))]));

const sources = ['FromClaim', 'FromClass'];

const validateAllocation = ({ devices, nodeSelector }: AllocationResult, path: string, names: RequestNames): FieldError[] => [
  ...validateSet(devices?.results, childPath(path, 'devices.results'), {
    most: maxResults,
    check: (result, at) => [...validateReference(result.request ?? '', childPath(at, 'request'), names), ...deviceErrors(result, at)],
  }),
  ...validateSet(devices?.config, childPath(path, 'devices.config'), {
    most: 2 * maxResults,
    check: ({ source, requests, opaque }, at) => [
      ...(source ? [] : [required(childPath(at, 'source'))]),
      ...(source && !sources.includes(source) ? [notSupported(childPath(at, 'source'), source, sources.toReversed())] : []),
      ...references(requests, childPath(at, 'requests'), names),
      ...validateOpaque(opaque, childPath(at, 'opaque')),
    ],
  }),
  ...(nodeSelector ? validateNodeSelector(nodeSelector, childPath(path, 'nodeSelector')) : []),
];

/** Consumers need an allocation, and no new ones come to a claim that is going. */
const reservationErrors = ({ metadata, status }: ResourceClaim, old: ResourceClaim): FieldError[] => {
  const consumers = status?.reservedFor ?? [];
  const path = 'status.reservedFor';
  if (consumers.length === 0) return [];
  if (!status?.allocation) return [forbiddenField(path, 'may not be specified when `allocated` is not set')];
  const before = old.status?.reservedFor ?? [];
  const hasNew = consumers.some((consumer) => !before.some((other) => jsonEqual(consumer as never, other as never)));
  const message = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
  return metadata.deletionTimestamp && hasNew ? [forbiddenField(path, message)] : [];
};

/** What a claim got, who uses it, and how its devices are (KEP-4381). */
export const validateResourceClaimStatus = (claim: ResourceClaim, old: ResourceClaim): FieldError[] => {
  const { allocation, devices, reservedFor } = claim.status ?? {};
  const allocated = new Set((allocation?.devices?.results ?? []).map(keyOf));
  const names = namesOf(claim.spec.devices ?? {});
  return [
    ...validateSet(reservedFor, 'status.reservedFor', { most: maxConsumers, keyOf: ({ uid }) => uid, check: validateConsumer }),
    ...validateSet(devices, 'status.devices', {
      most: Infinity,
      keyOf,
      shown: shownKey,
      check: (device, path) => validateDevice(device, path, allocated),
    }),
    ...reservationErrors(claim, old),
    ...(allocation && old.status?.allocation ? unchanged(allocation, old.status.allocation, 'status.allocation') : []),
    ...(allocation && !old.status?.allocation ? validateAllocation(allocation, 'status.allocation', names) : []),
  ];
};
