import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import { fixedCredentials } from '../client/http/options.ts';
import type { CredentialSource } from '../client/http/options.ts';
import { TransportError } from '../client/transport.ts';
import { createBackoff } from '../controller-runtime/backoff.ts';
import { sleep, systemClock } from '../controller-runtime/clock.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import { clustersRef } from '../features/fleet/api/cluster.ts';
import { authorityOfHub, requestCertificate, validityOf } from '../features/fleet/feature.ts';
import { loadAgentCredentials } from './agent-credentials.ts';
import type { AgentCredentials } from './agent-credentials.ts';
import { writePrivateFile } from './run-state.ts';

export interface JoinOptions {
  readonly cluster: string;
  readonly hub: string;
  /** PEM of the hub's authority. */
  readonly authority?: string;
  /** `sha256:…` of its public key, instead. */
  readonly authorityHash?: string;
  readonly token?: string;
  readonly directory: string;
  readonly certificateSeconds: number;
  readonly location: { readonly region?: string; readonly zone?: string; readonly provider?: string };
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What an agent needs to speak with its hub. */
export interface JoinedHub {
  readonly client: Client;
  readonly credentials: AgentCredentials;
}

/** Longest wait for one answer of the hub, milliseconds. */
const timeoutMilliseconds = 15_000;

/**
 * Joins by the bootstrap token, or goes on with the certificate of an earlier run. Waits for a hub that cannot be reached.
 * @throws {Error} with the remedy when the hub is not the one that was meant, or does not let this agent in
 */
export const joinHub = async (options: JoinOptions): Promise<JoinedHub> => {
  const authority = await authorityFor(options);
  const connect = (credentials: CredentialSource): Client =>
    createClient(
      createHttpTransport({
        server: options.hub,
        credentials,
        timeoutMilliseconds,
        ...(authority ? { certificateAuthority: authority } : {}),
      }),
      { userAgent: 'causeway-agent' },
    );
  const credentials = loadAgentCredentials(options.directory, options.cluster);
  const client = connect(credentials);
  const problem = await problemOf(options, credentials, client);
  if (problem === undefined) return { client, credentials };
  if (options.token === undefined) throw new Error(`cluster ${options.cluster} cannot join: ${problem}: ${tokenRemedy(options)}`);
  const { cluster, token, certificateSeconds: expirationSeconds, location, signal } = options;
  const bootstrap = connect(fixedCredentials({ token }));
  try {
    const wish = { cluster, expirationSeconds, location, signal };
    credentials.adopt(await untilReached(options, () => requestCertificate(bootstrap, wish)));
  } catch (error) {
    if (!isStatusError(error, 'Unauthorized') && !isStatusError(error, 'Forbidden')) throw error;
    throw new Error(`the hub does not take this bootstrap token (wrong, expired or for something else): ${tokenRemedy(options)}`, {
      cause: error,
    });
  } finally {
    await bootstrap.close();
  }
  return { client, credentials };
};

const tokenRemedy = ({ cluster }: JoinOptions): string => `make one on the hub: causeway cluster token --cluster-name ${cluster}`;

/** Why the kept certificate will not do; undefined when it does, or when the hub is away and may be waited for. */
const problemOf = async ({ cluster }: JoinOptions, credentials: AgentCredentials, client: Client): Promise<string | undefined> => {
  const pair = credentials.current();
  if (!pair) return 'it has no certificate and no token';
  const until = validityOf(pair.certificate).notAfter;
  if (until <= Date.now()) return `its certificate ended at ${new Date(until).toISOString()}`;
  try {
    await client.resource(clustersRef).get(cluster, undefined);
    return undefined;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return 'the hub no longer has this cluster';
    if (isStatusError(error, 'Unauthorized') || isStatusError(error, 'Forbidden')) return 'the hub does not take its certificate';
    return undefined;
  }
};

const authorityFor = async (options: JoinOptions): Promise<string | undefined> => {
  const kept = join(options.directory, 'hub-ca.crt');
  const { authority, authorityHash } = options;
  if (authority === undefined && authorityHash === undefined) return existsSync(kept) ? readFileSync(kept, 'utf8') : undefined;
  const found = authority ?? (await untilReached(options, () => authorityOfHub(options.hub, authorityHash!)));
  writePrivateFile(kept, found);
  return found;
};

/** TLS failures that waiting does not mend. */
const untrusted = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS_CERT)/;

const untilReached = async <T>({ log, signal, hub }: JoinOptions, action: () => Promise<T>): Promise<T> => {
  const backoff = createBackoff({ initialMilliseconds: 250, maxMilliseconds: 15_000, jitter: 0.2 });
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted || !(error instanceof TransportError)) throw error;
      const code = ((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '') as string;
      if (untrusted.test(code))
        throw new Error(`the hub at ${hub} does not prove itself (${code}): give its authority with --hub-ca or --hub-ca-hash`, {
          cause: error,
        });
      log.warn('the hub cannot be reached yet', { hub, error: error.message });
      await sleep(systemClock, backoff.next(), signal);
      if (signal.aborted) throw error;
    }
  }
};
