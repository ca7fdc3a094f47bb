import type { PathItem } from './document.ts';
import { discoveryPath, textPath } from './v3-document.ts';

/** What the server says about itself: a document for each path, by the document's name. */
export const serverPaths: Readonly<Record<string, PathItem>> = {
  '.well-known/openid-configuration': textPath({
    tag: 'WellKnown',
    operationId: 'getServiceAccountIssuerOpenIDConfiguration',
    description: 'get the OpenID configuration of the service account issuer',
    type: 'application/json',
  }),
  api: discoveryPath({
    tag: 'core',
    operationId: 'getCoreAPIVersions',
    description: 'get available API versions',
    schema: 'APIVersions',
  }),
  apis: discoveryPath({ tag: 'apis', operationId: 'getAPIVersions', description: 'get available API versions', schema: 'APIGroupList' }),
  'openid/v1/jwks': textPath({
    tag: 'openid',
    operationId: 'getServiceAccountIssuerOpenIDKeyset',
    description: 'get the keys that verify service account tokens',
    type: 'application/jwk-set+json',
  }),
  version: discoveryPath({
    tag: 'version',
    operationId: 'getCodeVersion',
    description: 'get the version of this server',
    schema: 'io.k8s.apimachinery.pkg.version.Info',
    types: ['application/json'],
  }),
};
