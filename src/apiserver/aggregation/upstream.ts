import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { checkServerIdentity } from '../certificates/check-server-identity.ts';
import type { OnCallFailure } from '../metrics/certificate-measures.ts';
import { resolveService } from '../admission/webhooks/resolve-service.ts';
import type { IdentityOptions } from '../contract.ts';
import type { InternalApi } from '../registry/contract.ts';

/** An aggregated API server: where it is now, and how to know it. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  /** Hears why it could not be asked. */
  readonly onCallFailure?: OnCallFailure | undefined;
}

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

/** Agents by all that decides whom a connection trusts and who we are in it: connections are kept between requests. */
const createAgents = (identity: IdentityOptions) => {
  const agents = new Map<string, Agent>();
  return {
    get: ({ spec }: APIService): Agent => {
      const serverName = `${spec.service?.name}.${spec.service?.namespace}.svc`;
      const { frontProxy } = identity;
      const key = JSON.stringify([serverName, spec.caBundle, spec.insecureSkipTLSVerify, frontProxy?.client.certificate]);
      let agent = agents.get(key);
      if (!agent) {
        agent = new Agent({
          keepAlive: true,
          checkServerIdentity,
          servername: serverName,
          ...(frontProxy ? { cert: frontProxy.client.certificate, key: frontProxy.client.key } : {}),
          ...(spec.caBundle ? { ca: Buffer.from(spec.caBundle, 'base64'), allowPartialTrustChain: true } : {}),
          ...(spec.insecureSkipTLSVerify ? { rejectUnauthorized: false } : {}),
        });
        agents.set(key, agent);
      }
      return agent;
    },
    close: (): void => {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
};

export interface Upstreams {
  /** @throws Error when the service has no address */
  resolve(service: APIService): Promise<Upstream>;
  close(): void;
}

/** Finds aggregated API servers by their Services. */
export const createUpstreams = (api: InternalApi, identity: IdentityOptions, onCallFailure?: OnCallFailure): Upstreams => {
  const agents = createAgents(identity);
  return {
    resolve: async (service) => {
      const { namespace = '', name = '', port = 443 } = service.spec.service ?? {};
      return { ...(await resolveService(api, { namespace, name, port })), agent: agents.get(service), onCallFailure };
    },
    close: agents.close,
  };
};

/** Sends one request; resolves with the answer's head, its body still to be read. Aborts with the signal. */
export const sendUpstream = (
  { host, port, agent, onCallFailure }: Upstream,
  { method, path, headers, body, signal }: UpstreamRequest,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, agent, method, path, headers, signal }, resolve);
    outgoing.on('error', (error) => {
      onCallFailure?.(error);
      reject(error);
    });
    // A switch of protocols is neither an answer nor an error.
    outgoing.on('close', () => reject(new Error('EOF')));
    outgoing.end(body);
  });

/** Reads a whole body. @throws Error beyond the limit */
export const readUpstreamBody = async (incoming: IncomingMessage, limitBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new Error(`read the answer of ${incoming.url ?? 'an aggregated server'}: more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
