import { freePorts } from '../../../src/storage/etcd/testing/free-ports.ts';

/** A port that nobody listens on now, for programs that cannot choose one themselves. */
export const freePort = async (): Promise<number> => (await freePorts(1))[0]!;
