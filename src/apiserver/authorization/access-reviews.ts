import { badRequest, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { SubresourceRequest } from '../http/route.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from './contract.ts';
import { nodeOf } from './node/node-identity.ts';
import {
  type AccessReviewSpec,
  reviewAttributes,
  reviewedUser,
  validateAccessReview,
  validateLocalReview,
  validateReviewMetadata,
} from './review-attributes.ts';
import { selectorProblems } from './review-selectors.ts';
import type { RuleResolver } from './rule-resolver.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const group = 'authorization.k8s.io';
const specOf = (review: UnstructuredObject): AccessReviewSpec => (review['spec'] ?? {}) as AccessReviewSpec;

const answer = async (authorize: Authorize, spec: AccessReviewSpec, user: UserInfo): Promise<Record<string, unknown>> => {
  const { decision, reason } = await authorize(reviewAttributes(spec, user));
  const problems = selectorProblems(spec.resourceAttributes ?? {});
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' ? { denied: true } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(problems.length > 0 ? { evaluationError: problems.join('; ') } : {}),
  };
};

const review = (
  resource: string,
  validate: (spec: AccessReviewSpec, namespace: string) => readonly FieldError[],
  run: (object: UnstructuredObject, request: SubresourceRequest) => Promise<Partial<UnstructuredObject>>,
): SubresourceRoute => ({
  group,
  resource,
  subresource: '',
  async handle(request) {
    const object = await request.object();
    const { namespace } = request;
    if (namespace !== '' && (object.metadata.namespace ?? namespace) !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    if (namespace !== '') object.metadata = { ...object.metadata, namespace };
    const isAccess = resource !== 'selfsubjectrulesreviews';
    const errors = [...validate(specOf(object), namespace), ...(isAccess ? validateReviewMetadata(object, namespace) : [])];
    if (errors.length > 0) throw invalidObject({ group, kind: '' }, '', errors);
    return request.respond(201, { ...object, ...(await run(object, request)) });
  },
});

/** Exactly the rules RBAC gives the caller in a namespace; a hint for user interfaces, not a decision. */
const rulesStatus = (resolver: RuleResolver, namespace: string, user: UserInfo): Record<string, unknown> => {
  const { rules, errors: missing } = resolver.rulesFor(user, namespace);
  const isNode = nodeOf(user) !== undefined;
  const errors = isNode ? [...missing, 'node authorizer does not support user rule resolution'] : missing;
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
    // Roles that are missing give no rules; what the node authorizer knows is not told here.
    incomplete: isNode,
    ...(errors.length > 0 ? { evaluationError: errors.join(', ') } : {}),
  };
};

/** The reviews of authorization.k8s.io: may this user, may I, and what may I at all. */
export const accessReviewRoutes = (authorize: Authorize, resolver: RuleResolver): readonly SubresourceRoute[] => {
  const ofSubject = async (object: UnstructuredObject) => ({
    status: await answer(authorize, specOf(object), reviewedUser(specOf(object))),
  });
  return [
    review('subjectaccessreviews', (spec) => validateAccessReview(spec, { self: false }), ofSubject),
    review(
      'selfsubjectaccessreviews',
      (spec) => validateAccessReview(spec, { self: true }),
      async (object, { user }) => ({ status: await answer(authorize, specOf(object), user) }),
    ),
    review(
      'localsubjectaccessreviews',
      (spec, namespace) => [...validateAccessReview(spec, { self: false }), ...validateLocalReview(spec, namespace)],
      ofSubject,
    ),
    review(
      'selfsubjectrulesreviews',
      () => [],
      async (object, { user }) => {
        const { namespace } = (object['spec'] ?? {}) as { namespace?: string };
        if (!namespace) throw badRequest('no namespace on request');
        await resolver.synced();
        return { metadata: {} as UnstructuredObject['metadata'], spec: {}, status: rulesStatus(resolver, namespace, user) };
      },
    ),
  ];
};
