import { join } from 'node:path';
import type { Store } from '../../storage/contract.ts';
import { ensurePrivateDirectory, readFileIfPresent, writeFileAtomically } from './atomic-file.ts';
import { createAuthority, generateSigningKey } from './key-pair.ts';

/** Where the store keeps them: outside the API, which serves what is below /registry/ only. */
const storeKey = '/causeway/authorities';
const authorityDays = 3650;

/** File name in the identity's directory → PEM: what all replicas of one API server have in common. */
type Authorities = Readonly<Record<(typeof files)[number], string>>;

const files = ['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'sa.key', 'sa.pub'] as const;

/**
 * Makes the authorities and the service account key of a directory those of the store: the first replica publishes its own (made now
 * when it has none), others take them before they serve. They travel with the store's snapshots, so that a restored hub is still the one
 * its clients know. @throws {Error} when the directory holds those of another hub: nothing of it is overwritten
 */
export const shareAuthorities = async (store: Store, directory: string, now: number): Promise<void> => {
  ensurePrivateDirectory(directory);
  const local = read(directory);
  const shared = (await fetch(store)) ?? (await publish(store, isWhole(local) ? local : { ...create(now), ...local }));
  for (const file of files) {
    if (local[file] !== undefined && local[file] !== shared[file])
      throw new Error(
        `${join(directory, file)}: it is not of the hub that this store belongs to: name another --data-dir, or move ${directory} away and start again`,
      );
  }
  // The store has them for good by now.
  for (const file of files) if (local[file] === undefined) writeFileAtomically(join(directory, file), shared[file], { durable: false });
};

const read = (directory: string): Partial<Authorities> => {
  const present = Object.fromEntries(files.map((file) => [file, readFileIfPresent(join(directory, file))]));
  const pairs = [
    ['ca.crt', 'ca.key'],
    ['front-proxy-ca.crt', 'front-proxy-ca.key'],
    ['sa.key', 'sa.pub'],
  ] as const;
  // Half a pair is what a crash has left: it was never used.
  const whole = pairs.filter((pair) => pair.every((file) => present[file] !== undefined)).flat();
  return Object.fromEntries(whole.map((file) => [file, present[file]]));
};

const isWhole = (authorities: Partial<Authorities>): authorities is Authorities => files.every((file) => authorities[file] !== undefined);

const create = (now: number): Authorities => {
  const authority = createAuthority('kubernetes', { now, days: authorityDays });
  const frontProxy = createAuthority('front-proxy-ca', { now, days: authorityDays });
  const { privateKey, publicKey } = generateSigningKey();
  return {
    'ca.crt': authority.certificate,
    'ca.key': authority.key,
    'front-proxy-ca.crt': frontProxy.certificate,
    'front-proxy-ca.key': frontProxy.key,
    'sa.key': privateKey,
    'sa.pub': publicKey,
  };
};

const fetch = async (store: Store): Promise<Authorities | undefined> => {
  const found = await store.get(storeKey);
  return found && (JSON.parse(Buffer.from(found.value).toString('utf8')) as Authorities);
};

/** Answers those that are in the store afterwards: ours, or another replica's that was first. */
const publish = async (store: Store, ours: Authorities): Promise<Authorities> => {
  const result = await store.create(storeKey, Buffer.from(JSON.stringify(ours)));
  return result.applied ? ours : ((await fetch(store)) ?? ours);
};
