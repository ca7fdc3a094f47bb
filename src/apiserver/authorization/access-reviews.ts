import { badRequest, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { SubresourceRequest } from '../http/route.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from './contract.ts';
import { type AccessReviewSpec, reviewAttributes, reviewedUser, validateAccessReview } from './review-attributes.ts';
import type { RuleResolver } from './rule-resolver.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const group = 'authorization.k8s.io';
const specOf = (review: UnstructuredObject): AccessReviewSpec => (review['spec'] ?? {}) as AccessReviewSpec;

const answer = async (authorize: Authorize, spec: AccessReviewSpec, user: UserInfo): Promise<Record<string, unknown>> => {
  const { decision, reason } = await authorize(reviewAttributes(spec, user));
  return { allowed: decision === 'allow', ...(decision === 'deny' ? { denied: true } : {}), ...(reason === '' ? {} : { reason }) };
};

const review = (
  resource: string,
  kind: string,
  run: (object: UnstructuredObject, request: SubresourceRequest) => Promise<Record<string, unknown>>,
): SubresourceRoute => ({
  group,
  resource,
  subresource: '',
  async handle(request) {
    const object = await request.object();
    const errors =
      resource === 'selfsubjectrulesreviews' ? [] : validateAccessReview(specOf(object), { self: resource.startsWith('self') });
    if (errors.length > 0) throw invalidObject({ group, kind }, '', errors);
    return request.respond(201, { ...object, status: await run(object, request) });
  },
});

/** Exactly the rules RBAC gives the caller in a namespace; a hint for user interfaces, not a decision. */
const rulesStatus = (resolver: RuleResolver, namespace: string, user: UserInfo): Record<string, unknown> => {
  const { rules, errors } = resolver.rulesFor(user, namespace);
  return {
    resourceRules: rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames ? { resourceNames } : {}),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length > 0 ? { evaluationError: errors.join(', ') } : {}),
  };
};

/** The reviews of authorization.k8s.io: may this user, may I, and what may I at all. */
export const accessReviewRoutes = (authorize: Authorize, resolver: RuleResolver): readonly SubresourceRoute[] => [
  review('subjectaccessreviews', 'SubjectAccessReview', (object) => answer(authorize, specOf(object), reviewedUser(specOf(object)))),
  review('selfsubjectaccessreviews', 'SelfSubjectAccessReview', (object, { user }) => answer(authorize, specOf(object), user)),
  review('localsubjectaccessreviews', 'LocalSubjectAccessReview', (object, { namespace }) => {
    const asked = specOf(object).resourceAttributes;
    if (object.metadata.namespace && object.metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    if (asked?.namespace !== namespace) {
      throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
    }
    return answer(authorize, specOf(object), reviewedUser(specOf(object)));
  }),
  review('selfsubjectrulesreviews', 'SelfSubjectRulesReview', async (object, { user }) => {
    const namespace = (object['spec'] as { namespace?: string } | undefined)?.namespace;
    if (!namespace) throw badRequest('no namespace on request');
    await resolver.synced();
    return rulesStatus(resolver, namespace, user);
  }),
];
