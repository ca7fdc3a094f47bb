import type { ServerExtensionFactory } from '../extension.ts';
import { authenticateToken } from './authenticate-token.ts';
import { bootstrapTokenAuthenticator } from './bootstrap-tokens.ts';
import type { TokenAuthenticator } from './contract.ts';
import { configuredIssuers } from './oidc/configured-issuers.ts';
import { impersonate } from './impersonation.ts';
import { issuerDiscoveryRoutes } from './issuer-discovery.ts';
import { signingKey, verificationKey } from './jwt.ts';
import { legacyTokenSecrets } from './legacy-token-secrets.ts';
import {
  anonymous,
  type AnonymousOptions,
  bearerToken,
  clientCertificate,
  inProcess,
  refuseUntrustedCertificate,
  webSocketToken,
} from './request-authenticators.ts';
import type { ServiceAccountMeasures } from '../metrics/service-account-measures.ts';
import type { TokenCacheMeasures } from '../metrics/token-cache-measures.ts';
import { serviceAccountTokenAuthenticator } from './service-account-tokens.ts';
import { staticTokenAuthenticator } from './static-tokens.ts';
import { tokenRequestRoute } from './token-request.ts';
import { selfSubjectReviewRoute, tokenReviewRoute } from './token-review.ts';

export interface AuthenticationSettings {
  /** Default: let in everywhere; the default roles then allow health and version only. */
  readonly anonymous?: AnonymousOptions;
  /** More kinds of bearer tokens, asked last. */
  readonly tokens?: readonly TokenAuthenticator[];
  readonly measures?: TokenCacheMeasures;
  readonly uses?: ServiceAccountMeasures;
}

/** Who asks: client certificates, static, service account and bootstrap tokens, anonymous; impersonation; reviews and tokens. */
export const authenticationExtension =
  (settings: AuthenticationSettings = {}): ServerExtensionFactory =>
  ({ options, api, authorize }) => {
    const { identity, now } = options;
    const key = signingKey(identity.serviceAccountKey);
    const keys = identity.serviceAccountVerificationKeys?.map(verificationKey) ?? [key];
    const issuer = identity.serviceAccountIssuer;
    const issuers = [issuer, ...(identity.formerServiceAccountIssuers ?? [])];
    const token = authenticateToken([
      staticTokenAuthenticator(identity.tokens ?? []),
      serviceAccountTokenAuthenticator({ keys, issuers, api, now, measures: settings.measures, uses: settings.uses }),
      bootstrapTokenAuthenticator(api, now),
      configuredIssuers(() => options.authentication, now),
      ...(settings.tokens ?? []),
    ]);
    return {
      name: 'authentication',
      authenticators: [
        inProcess,
        clientCertificate,
        bearerToken((value) => token(value, identity.audiences)),
        webSocketToken((value) => token(value, identity.audiences)),
        refuseUntrustedCertificate,
        anonymous(() => settings.anonymous ?? options.authentication?.anonymous ?? { enabled: true }),
      ],
      impersonate: impersonate(authorize),
      admission: [legacyTokenSecrets(api, { key, certificateAuthority: identity.clientCertificateAuthority.certificate })],
      routes: issuerDiscoveryRoutes(issuer, keys),
      subresources: [
        tokenRequestRoute({ api, key, issuer, audiences: identity.audiences, now }),
        tokenReviewRoute(token, identity.audiences),
        selfSubjectReviewRoute(now),
      ],
    };
  };
