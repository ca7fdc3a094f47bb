import type { TokenAuthenticator } from '../contract.ts';
import { readClaims, type JwtClaims } from '../jwt.ts';
import { claimProgram } from './claim-program.ts';
import { userMapping } from './claim-mapping.ts';
import type { JwtAuthenticatorConfiguration } from './configuration.ts';
import { createKeySet } from './key-set.ts';

type Rule = (subject: object) => void;

const claimRules = ({ claimValidationRules = [] }: JwtAuthenticatorConfiguration): Rule[] =>
  claimValidationRules.map(({ claim, requiredValue = '', expression, message }) => {
    if (expression) return expressionRule(expression, 'claims', message);
    return (claims) => {
      const value = Object.hasOwn(claims, claim ?? '') ? (claims as JwtClaims)[claim ?? ''] : undefined;
      if (value !== requiredValue)
        throw new Error(`oidc: required claim ${claim} value does not match. Got = ${JSON.stringify(value)}, want = ${requiredValue}`);
    };
  });

const expressionRule = (expression: string, variable: 'claims' | 'user', message: string | undefined): Rule => {
  const program = claimProgram(expression, variable);
  return (subject) => {
    if (program(subject) !== true)
      throw new Error(
        `oidc: error evaluating ${variable === 'user' ? 'user info' : 'claim'} validation expression: validation expression '${expression}' failed: ${message ?? ''}`,
      );
  };
};

const checkTimes = ({ exp, nbf }: JwtClaims, nowSeconds: number): void => {
  if (typeof exp !== 'number' || exp < nowSeconds) throw new Error(`oidc: verify token: oidc: token is expired (Token Expiry: ${exp})`);
  if (typeof nbf === 'number' && nbf > nowSeconds + leewaySeconds)
    throw new Error('oidc: verify token: oidc: current time before the nbf (not before) time');
};
/** How far an issuer's clock may be ahead. */
const leewaySeconds = 300;

/**
 * Tokens of one OpenID Connect issuer (KEP-3331): signature, audience and times, then the rules about claims, the mapping, and the rules
 * about the user. Compiles every expression at once; they have been looked at by parseAuthenticationConfiguration.
 */
export const oidcTokenAuthenticator = (
  configuration: JwtAuthenticatorConfiguration,
  { now, path }: { readonly now: () => number; readonly path: string },
): TokenAuthenticator => {
  const { issuer, claimMappings, userValidationRules = [] } = configuration;
  const keys = createKeySet(issuer, now);
  const checks = claimRules(configuration);
  const userOf = userMapping(claimMappings, `${path}.claimMappings`);
  const userChecks = userValidationRules.map(({ expression, message }) => expressionRule(expression, 'user', message));
  return async (token, audiences) => {
    const claims = readClaims(token);
    if (!claims || claims.iss !== issuer.url) return undefined;
    const given = typeof claims.aud === 'string' ? [claims.aud] : (claims.aud ?? []);
    if (!issuer.audiences.some((audience) => given.includes(audience)))
      throw new Error(`oidc: verify token: oidc: expected audience in ${JSON.stringify(issuer.audiences)} got ${JSON.stringify(given)}`);
    checkTimes(claims, now() / 1000);
    await keys.verify(token);
    for (const check of checks) check(claims);
    const user = userOf(claims);
    for (const check of userChecks) check(user);
    return { user, audiences };
  };
};
