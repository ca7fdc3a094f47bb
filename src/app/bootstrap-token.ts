import { randomInt } from 'node:crypto';
import { secretsRef } from '../api/refs.gen.ts';
import { formatTime } from '../controller-runtime/clock.ts';
import type { Client } from '../client/contract.ts';
import { bootstrapGroup, bootstrapGroupFor } from '../features/fleet/api/agent.ts';

export { publicKeyHash } from '../features/fleet/feature.ts';

export interface TokenOptions {
  readonly ttlSeconds: number;
  /** Limits the token to this cluster, and lets it take the place of an agent that joined before. */
  readonly clusterName?: string;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const randomText = (length: number): string => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** Makes a bootstrap token on the hub, with which an agent may ask for its certificate and do nothing else. */
export const createBootstrapToken = async (
  hub: Client,
  { ttlSeconds, clusterName }: TokenOptions,
): Promise<{ readonly token: string; readonly expiresAt: string }> => {
  const [id, secret] = [randomText(6), randomText(16)];
  const expiresAt = formatTime(Date.now() + ttlSeconds * 1000);
  const groups = [bootstrapGroup, ...(clusterName === undefined ? [] : [bootstrapGroupFor(clusterName)])];
  const data = {
    description: `causeway agent${clusterName === undefined ? '' : ` of cluster ${clusterName}`}`,
    'token-id': id,
    'token-secret': secret,
    expiration: expiresAt,
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': groups.join(','),
  };
  await hub.resource(secretsRef).create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  });
  return { token: `${id}.${secret}`, expiresAt };
};
