import { connector, type Connect } from './connection.ts';

/** One of the two servers compared. */
export interface Side {
  readonly name: string;
  readonly kubeconfig: string;
  readonly connect: Connect;
  /** Every process of the server, its store's too; none when it was started by others. */
  readonly pids: readonly number[];
  /** From the start of its processes until /readyz answered. */
  readonly readyMilliseconds?: number;
  stop(): Promise<void>;
}

/** Starts the side with an empty store, or with the one that the last `start` left behind. */
export type StartSide = (options?: { readonly keep?: boolean }) => Promise<Side>;

/** A server that runs already; its processes are unknown unless given. */
export const runningSide = async (name: string, kubeconfig: string, pids: readonly number[] = []): Promise<Side> => ({
  name,
  kubeconfig,
  connect: await connector(kubeconfig),
  pids,
  stop: () => Promise.resolve(),
});
