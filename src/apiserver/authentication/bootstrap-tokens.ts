import { createHash, timingSafeEqual } from 'node:crypto';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { InternalApi } from '../registry/contract.ts';
import type { TokenAuthenticator } from './contract.ts';

const secrets = { group: '', version: 'v1', resource: 'secrets' };
const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const groupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const read = (secret: UnstructuredObject): ((key: string) => string) => {
  const data = (secret['data'] ?? {}) as Record<string, string>;
  return (key) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
};

/**
 * Bootstrap tokens: Secrets of type bootstrap.kubernetes.io/token in kube-system, named bootstrap-token-ID.
 * The user is system:bootstrap:ID in system:bootstrappers and the groups of auth-extra-groups.
 */
export const bootstrapTokenAuthenticator =
  (api: Pick<InternalApi, 'get'>, now: () => number): TokenAuthenticator =>
  async (token, audiences) => {
    const [, id, secretPart] = tokenPattern.exec(token) ?? [];
    if (id === undefined || secretPart === undefined) return undefined;
    const secret = await api.get(secrets, `bootstrap-token-${id}`, 'kube-system');
    if (!secret || secret['type'] !== 'bootstrap.kubernetes.io/token' || secret.metadata.deletionTimestamp) return undefined;
    const value = read(secret);
    if (value('token-id') !== id || !timingSafeEqual(digest(value('token-secret')), digest(secretPart))) return undefined;
    const expiration = value('expiration');
    if (expiration !== '' && !(Date.parse(expiration) > now())) return undefined;
    if (value('usage-bootstrap-authentication') !== 'true') return undefined;
    const extra = value('auth-extra-groups');
    const groups = extra === '' ? [] : extra.split(',');
    if (!groups.every((group) => groupPattern.test(group))) return undefined;
    return { user: { username: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...new Set(groups)] }, audiences };
  };
