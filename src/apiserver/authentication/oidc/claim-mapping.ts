import type { UserInfo } from '../../http/exchange.ts';
import type { JwtClaims } from '../jwt.ts';
import { type ClaimProgram, claimProgram, stringsOf } from './claim-program.ts';
import type { JwtAuthenticatorConfiguration, PrefixedClaim } from './configuration.ts';

type Claims = JwtClaims;
type Source = (claims: Claims) => string[];

const own = (claims: Claims, name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : undefined);

/** A claim's strings, prefixed; or what an expression makes of all claims. */
const sourceOf = ({ claim, prefix = '', expression }: PrefixedClaim, path: string): Source => {
  if (expression) {
    const program: ClaimProgram = claimProgram(expression, 'claims');
    return (claims) => stringsOf(program(claims), path);
  }
  return (claims) => {
    const value = own(claims, claim ?? '');
    if (value === undefined || value === null) return [];
    const values = Array.isArray(value) ? value : [value];
    if (!values.every((item) => typeof item === 'string'))
      throw new Error(`oidc: parse ${path} claim ${JSON.stringify(claim)}: not a string or a list of strings`);
    return values.map((item) => `${prefix}${item as string}`);
  };
};

/** Providers let people set an address that is not theirs. */
const checkEmail = (claims: Claims): void => {
  const verified = own(claims, 'email_verified');
  if (verified !== undefined && verified !== true) throw new Error(`oidc: email not verified: ${JSON.stringify(verified)}`);
};

/** Compiles the mappings into one function from claims to the user. It throws when the claims do not make one. */
export const userMapping = (mappings: JwtAuthenticatorConfiguration['claimMappings'], path: string): ((claims: Claims) => UserInfo) => {
  const username = sourceOf(mappings.username, `${path}.username`);
  const groups = mappings.groups && sourceOf(mappings.groups, `${path}.groups`);
  const uid = mappings.uid && sourceOf(mappings.uid, `${path}.uid`);
  const extra = (mappings.extra ?? []).map(({ key, valueExpression }, index) => ({
    key,
    valuesOf: sourceOf({ expression: valueExpression }, `${path}.extra[${index}]`),
  }));
  return (claims) => {
    if (mappings.username.claim === 'email') checkEmail(claims);
    const [name, ...more] = username(claims);
    if (name === undefined || more.length > 0) throw new Error('oidc: the claims make no single username');
    const extras = extra.map(({ key, valuesOf }) => [key, valuesOf(claims)] as const).filter(([, values]) => values.length > 0);
    const id = uid?.(claims)[0];
    return {
      username: name,
      groups: groups?.(claims) ?? [],
      ...(id === undefined ? {} : { uid: id }),
      ...(extras.length > 0 ? { extra: Object.fromEntries(extras) } : {}),
    };
  };
};
