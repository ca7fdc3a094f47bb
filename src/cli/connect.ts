import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import { readKubeconfig, targetOfKubeconfig } from '../client/kubeconfig.ts';
import { isRunning, readRunState } from '../app/run-state.ts';
import { CliError } from './cli-error.ts';

export interface HubFlags {
  readonly dataDir: string;
  readonly kubeconfig?: string;
}

/** A client of the hub: of --kubeconfig when it is given, else of the fleet on the data directory. @throws CliError when nothing runs there */
export const connectHub = async ({ dataDir, kubeconfig }: HubFlags): Promise<Client> => {
  if (kubeconfig === undefined) {
    const state = readRunState(dataDir);
    if (!state || !isRunning(state.pid))
      throw new CliError(`no fleet runs on ${dataDir}`, { remedy: `start one with: causeway up --data-dir ${dataDir}` });
  }
  return connect(kubeconfig ?? join(dataDir, 'kubeconfig'), kubeconfig === undefined ? 'hub' : undefined);
};

/** A client of a kubeconfig's context (the current one by default). @throws CliError */
export const connect = async (file: string, context: string | undefined): Promise<Client> => {
  if (!existsSync(file)) throw new CliError(`${file}: no such kubeconfig`);
  const { transport } = await targetOfKubeconfig(await readKubeconfig(file), context);
  return createClient(createHttpTransport({ ...transport, timeoutMilliseconds: 15_000 }), { userAgent: 'causeway-cli' });
};
