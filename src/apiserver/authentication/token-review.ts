import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SubresourceRoute } from '../extension.ts';
import { type TokenIdentity, withAuthenticatedGroup } from './contract.ts';

type AuthenticateToken = (token: string, audiences: readonly string[]) => Promise<TokenIdentity | undefined>;

const statusOf = async (
  authenticate: AuthenticateToken,
  { token, audiences }: { token: string; audiences: readonly string[] },
): Promise<Record<string, unknown>> => {
  try {
    const identity = await authenticate(token, audiences);
    if (!identity) return { user: {}, error: 'invalid bearer token' };
    return { authenticated: true, user: withAuthenticatedGroup(identity.user), audiences: identity.audiences };
  } catch (error) {
    return { user: {}, error: `[invalid bearer token, ${error instanceof Error ? error.message : String(error)}]` };
  }
};

/** TokenReview: whom a token belongs to, asked by aggregated servers and webhooks. */
export const tokenReviewRoute = (authenticate: AuthenticateToken, serverAudiences: readonly string[]): SubresourceRoute => ({
  group: 'authentication.k8s.io',
  resource: 'tokenreviews',
  subresource: '',
  async handle(request) {
    const review = await request.object();
    const spec = (review['spec'] ?? {}) as { token?: string; audiences?: string[] };
    if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
    const audiences = spec.audiences?.length ? spec.audiences : serverAudiences;
    return request.respond(201, { ...review, status: await statusOf(authenticate, { token: spec.token, audiences }) });
  },
});

/** SelfSubjectReview: who the server thinks the caller is (`kubectl auth whoami`). */
export const selfSubjectReviewRoute = (now: () => number): SubresourceRoute => ({
  group: 'authentication.k8s.io',
  resource: 'selfsubjectreviews',
  subresource: '',
  async handle(request) {
    const { kind, apiVersion }: UnstructuredObject = await request.object();
    const creationTimestamp = new Date(now()).toISOString().replace(/\.\d+Z/, 'Z');
    const metadata = { creationTimestamp } as UnstructuredObject['metadata'];
    return request.respond(201, { kind, apiVersion, metadata, status: { userInfo: request.user } });
  },
});
