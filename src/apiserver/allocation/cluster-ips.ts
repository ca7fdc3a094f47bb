import { randomUUID } from 'node:crypto';
import { internalError } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Store } from '../../storage/contract.ts';
import type { AllocationScope, AllocatorMeasures } from '../metrics/allocator-measures.ts';
import { registryPrefix } from '../registry/keys.ts';
import { formatTime } from '../registry/object-meta.ts';
import { decodeObject, encodeObject } from '../registry/value-codec.ts';
import { dynamicOffset, formatIp, isAllocatable, parseIp, type IpRange } from './ip-range.ts';

/** A service by its place. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Cluster IPs, one networking.k8s.io IPAddress object each (KEP-1880): creating the object is taking the address, so replicas of the
 * server cannot give one out twice.
 */
export interface ClusterIps {
  /** Why the address cannot be had; undefined when it was taken. */
  take(address: string, service: ServiceName): Promise<string | undefined>;
  /** Any free address. `dryRun` answers the first range's first. @throws StatusError InternalError when all ranges are full */
  takeAny(service: ServiceName, options: { readonly dryRun: boolean }): Promise<string>;
  isFree(address: string): Promise<string | undefined>;
  release(address: string): Promise<void>;
  /** Gives back the addresses of services that are no more. */
  repair(exists: (service: ServiceName) => boolean): Promise<void>;
  /** How many of a range are taken. */
  count(range: IpRange): Promise<number>;
}

const prefix = `${registryPrefix}networking.k8s.io/ipaddresses/`;
const managedBy = 'ipaddress.kubernetes.io/managed-by';
const manager = 'ipallocator.k8s.io';
const randomAttempts = 32;

const taken = 'provided IP is already allocated';
const mismatched = 'the provided network does not match the current range';

export interface ClusterIpOptions {
  /** Where they come from now, the server's own first. */
  readonly ranges: () => readonly IpRange[];
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly measures?: AllocatorMeasures | undefined;
}

export const createClusterIps = (store: Store, { ranges, now, random, measures }: ClusterIpOptions): ClusterIps => {
  /** All of them are of one family. */
  const [{ family, cidr }] = ranges() as [IpRange];

  const encode = (address: string, service: ServiceName): Uint8Array =>
    encodeObject({
      kind: 'IPAddress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: {
        name: address,
        uid: randomUUID(),
        creationTimestamp: formatTime(now()),
        labels: { 'ipaddress.kubernetes.io/ip-family': family, [managedBy]: manager },
      },
      spec: { parentRef: { resource: 'services', namespace: service.namespace, name: service.name } },
    });

  const keyOf = (address: string): string => {
    const value = parseIp(address);
    return prefix + (value === undefined ? address : formatIp(value, family));
  };

  const tryTake = async (address: string, service: ServiceName): Promise<boolean> =>
    (await store.create(keyOf(address), encode(keyOf(address).slice(prefix.length), service))).applied;

  const isInRange = (address: string): boolean => {
    const value = parseIp(address);
    return value !== undefined && ranges().some((range) => isAllocatable(range, value));
  };

  /** A few random ones of each range's dynamic part first; then every address in turn. */
  function* candidates(): Generator<string> {
    for (const range of ranges()) {
      const offset = dynamicOffset(range);
      const span = Number(range.size - offset < 2n ** 48n ? range.size - offset : 2n ** 48n);
      for (let i = 0; i < randomAttempts; i += 1) yield formatIp(range.first + offset + BigInt(Math.floor(random() * span)), family);
    }
    for (const range of ranges()) {
      const offset = dynamicOffset(range);
      for (let i = 0n; i < range.size; i += 1n) yield formatIp(range.first + ((i + offset) % range.size), family);
    }
  }

  /** Reports what became of an allocation, and goes on with it. */
  const measured = async <T>(scope: AllocationScope, allocate: () => Promise<T>, isTaken: (outcome: T) => boolean): Promise<T> => {
    const began = performance.now();
    const done = (isGiven: boolean): void => measures?.tried(scope, isGiven, (performance.now() - began) / 1000);
    try {
      const outcome = await allocate();
      done(isTaken(outcome));
      return outcome;
    } catch (error) {
      done(false);
      throw error;
    }
  };

  const findAny = async (service: ServiceName): Promise<string> => {
    for (const address of candidates()) {
      if (!isInRange(address)) continue;
      if (await tryTake(address, service)) return address;
    }
    throw internalError('failed to allocate a serviceIP: range is full');
  };

  return {
    take: (address, service) =>
      measured(
        'static',
        async () => (!isInRange(address) ? mismatched : (await tryTake(address, service)) ? undefined : taken),
        (problem) => problem === undefined,
      ),
    async count(range) {
      const [only, ...others] = ranges();
      if (only === range && others.length === 0) return store.count(prefix);
      const { items } = await store.list(prefix);
      return items.filter(({ key }) => isAllocatable(range, parseIp(key.slice(prefix.length)) ?? -1n)).length;
    },
    async isFree(address) {
      // A dry run has words of its own, and knows no further ranges by name.
      if (!isInRange(address)) return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${cidr}`;
      return (await store.get(keyOf(address))) ? taken : undefined;
    },
    async takeAny(service, { dryRun }) {
      // A dry run takes nothing, and does not look for it either: the range's own address stands for any.
      if (dryRun) return formatIp(ranges()[0]?.first ?? 0n, family);
      return measured(
        'dynamic',
        () => findAny(service),
        () => true,
      );
    },
    async release(address) {
      const current = await store.get(keyOf(address));
      if (current) await store.delete(keyOf(address), { expected: current.modRevision });
    },
    async repair(exists) {
      const { items } = await store.list(prefix);
      for (const { key, value, modRevision } of items) {
        const object: UnstructuredObject = decodeObject(value);
        const { parentRef } = object['spec'] as { parentRef?: { resource?: string; namespace?: string; name?: string } };
        if (object.metadata.labels?.[managedBy] !== manager || parentRef?.resource !== 'services') continue;
        if (exists({ namespace: parentRef.namespace ?? '', name: parentRef.name ?? '' })) continue;
        await store.delete(key, { expected: modRevision });
        measures?.repaired('leak');
      }
    },
  };
};
