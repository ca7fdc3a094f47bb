import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import type { HttpTransportOptions } from '../client/http/options.ts';
import { readKubeconfig, targetOfKubeconfig } from '../client/kubeconfig.ts';
import { isRunning, readRunState } from '../app/run-state.ts';
import { CliError } from './cli-error.ts';

export interface HubFlags {
  readonly dataDir: string;
  readonly kubeconfig?: string;
}

/** Where the hub is, and how to reach it: by --kubeconfig when it is given, else the fleet on the data directory. @throws CliError when nothing runs there */
export const targetOfHub = async ({ dataDir, kubeconfig }: HubFlags): Promise<HttpTransportOptions> => {
  if (kubeconfig === undefined) {
    const state = readRunState(dataDir);
    if (!state || !isRunning(state))
      throw new CliError(`no fleet runs on ${dataDir}`, { remedy: `start one with: causeway up --data-dir ${dataDir}` });
  }
  return targetOf(kubeconfig ?? join(dataDir, 'kubeconfig'), kubeconfig === undefined ? 'hub' : undefined);
};

/** A client of the hub, see targetOfHub. @throws CliError */
export const connectHub = async (flags: HubFlags): Promise<Client> => clientOf(await targetOfHub(flags));

/** A client of a kubeconfig's context (the current one by default). @throws CliError */
export const connect = async (file: string, context: string | undefined): Promise<Client> => clientOf(await targetOf(file, context));

const targetOf = async (file: string, context: string | undefined): Promise<HttpTransportOptions> => {
  if (!existsSync(file)) throw new CliError(`${file}: no such kubeconfig`);
  return (await targetOfKubeconfig(await readKubeconfig(file), context)).transport;
};

const clientOf = (transport: HttpTransportOptions): Client =>
  createClient(createHttpTransport({ ...transport, timeoutMilliseconds: 15_000 }), { userAgent: 'causeway-cli' });
