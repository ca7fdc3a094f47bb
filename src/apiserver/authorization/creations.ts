import { authorizationDenied } from '../../apimachinery/errors/authorization-denied.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission/contract.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from './contract.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const streams = new Set(['attach', 'exec', 'portforward']);

/** A browser asks with GET for what others POST (KEP-4006). */
const opensStream = ({ operation, definition, subresource }: AdmissionAttributes): boolean =>
  operation === 'CONNECT' && definition.group === '' && definition.plural === 'pods' && streams.has(subresource);

/**
 * What creates needs the verb `create`, whichever it came with: server-side apply, and a PUT of kinds that take it, of what is not there;
 * a stream into a pod that is opened by GET.
 */
export const creationsPlugin = (authorize: Authorize): AdmissionPlugin => ({
  name: 'Creations',
  handles: (attributes) => attributes.isCreationByUpdate === true || opensStream(attributes),
  validate: async ({ user, definition, subresource, namespace, name }) => {
    const { group, version, plural: resource } = definition;
    const asked = { group, version, resource, subresource, namespace, name };
    const { decision, reason } = await authorize({ user, verb: 'create', resource: asked });
    if (decision !== 'allow') throw authorizationDenied({ user: user.username, verb: 'create', reason, ...asked });
  },
});
