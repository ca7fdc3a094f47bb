import { expect, test } from 'vitest';
import type { ApiRequest } from '../http/exchange.ts';
import { webSocketToken } from './request-authenticators.ts';

const authenticate = webSocketToken(async (token) =>
  token === 'secret' ? { user: { username: 'jane', groups: [] }, audiences: [] } : undefined,
);
const encoded = `base64url.bearer.authorization.k8s.io.${Buffer.from('secret').toString('base64url')}`;

const ask = async (protocols: string, upgrade = 'websocket'): Promise<string> => {
  const request = { headers: { 'sec-websocket-protocol': protocols }, upgrade } as unknown as ApiRequest;
  try {
    return (await authenticate(request))?.username ?? 'nobody';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[string, string, string]>([
  ['besides the protocol that is spoken', `${encoded}, binary.k8s.io`, 'jane'],
  ['alone', encoded, 'Unauthorized'],
  ['twice', `${encoded}, ${encoded}, binary.k8s.io`, 'Unauthorized'],
  ['wrongly', 'base64url.bearer.authorization.k8s.io.YWJj, binary.k8s.io', 'Unauthorized'],
  ['in no base64url', 'base64url.bearer.authorization.k8s.io.a%c, binary.k8s.io', 'Unauthorized'],
  ['not at all', 'binary.k8s.io', 'nobody'],
])('a token that is told %s', async (_, protocols, expected) => {
  expect(await ask(protocols)).toBe(expected);
});

test('without a WebSocket there is no such token', async () => {
  expect(await ask(`${encoded}, binary.k8s.io`, '')).toBe('nobody');
});
