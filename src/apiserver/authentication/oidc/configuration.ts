import type { AnonymousOptions } from '../request-authenticators.ts';
import { decodeYaml } from '../../../apimachinery/yaml/decode-yaml.ts';

/** Where an attribute of the user comes from: a claim (with a prefix before it), or a CEL expression over `claims`. */
export interface PrefixedClaim {
  readonly claim?: string;
  readonly prefix?: string;
  readonly expression?: string;
}

export interface ClaimValidationRule {
  readonly claim?: string;
  readonly requiredValue?: string;
  readonly expression?: string;
  readonly message?: string;
}

export interface UserValidationRule {
  readonly expression: string;
  readonly message?: string;
}

export interface JwtAuthenticatorConfiguration {
  readonly issuer: {
    readonly url: string;
    /** Where the discovery document is when not below the URL. */
    readonly discoveryURL?: string;
    /** PEM; the system's authorities by default. */
    readonly certificateAuthority?: string;
    readonly audiences: readonly string[];
    readonly audienceMatchPolicy?: string;
  };
  readonly claimValidationRules?: readonly ClaimValidationRule[];
  readonly claimMappings: {
    readonly username: PrefixedClaim;
    readonly groups?: PrefixedClaim;
    readonly uid?: PrefixedClaim;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  readonly userValidationRules?: readonly UserValidationRule[];
}

export interface AuthenticationConfiguration {
  readonly jwt: readonly JwtAuthenticatorConfiguration[];
  readonly anonymous?: AnonymousOptions;
}

/** The file says something that cannot be meant. */
export class AuthenticationConfigurationError extends Error {
  override readonly name = 'AuthenticationConfigurationError';
}

const versions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);

const problemsOfMapping = ({ claim, prefix, expression }: PrefixedClaim, path: string): string[] => {
  if (claim && expression) return [`${path}: Invalid value: "": claim and expression can't both be set`];
  if (expression && prefix !== undefined)
    return [`${path}.prefix: Invalid value: ${JSON.stringify(prefix)}: prefix can't be set when expression is set`];
  if (claim && prefix === undefined)
    return [`${path}.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing`];
  return [];
};

const problemsOf = ({ issuer, claimMappings }: JwtAuthenticatorConfiguration, path: string): string[] => {
  const problems: string[] = [];
  if (!issuer?.url) problems.push(`${path}.issuer.url: Required value: URL is required`);
  else if (!issuer.url.startsWith('https://'))
    problems.push(`${path}.issuer.url: Invalid value: ${JSON.stringify(issuer.url)}: URL scheme must be https`);
  if (!issuer?.audiences?.length)
    problems.push(`${path}.issuer.audiences: Required value: at least one ${path}.issuer.audiences is required`);
  if ((issuer?.audiences?.length ?? 0) > 1 && issuer.audienceMatchPolicy !== 'MatchAny')
    problems.push(
      `${path}.issuer.audienceMatchPolicy: Invalid value: ${JSON.stringify(issuer.audienceMatchPolicy ?? '')}: audienceMatchPolicy must be MatchAny for multiple audiences`,
    );
  const { username, groups } = claimMappings ?? {};
  if (!username?.claim && !username?.expression)
    problems.push(`${path}.claimMappings.username: Required value: claim or expression is required`);
  else problems.push(...problemsOfMapping(username, `${path}.claimMappings.username`));
  if (groups) problems.push(...problemsOfMapping(groups, `${path}.claimMappings.groups`));
  if (username?.expression?.includes('claims.email') && !JSON.stringify(claimMappings).includes('email_verified'))
    problems.push(
      `${path}.claimMappings.username.expression: Invalid value: ${JSON.stringify(username.expression)}: claims.email_verified must be used when claims.email is used`,
    );
  return problems;
};

/** Reads an AuthenticationConfiguration (KEP-3331), in YAML or JSON. @throws {AuthenticationConfigurationError} */
export const parseAuthenticationConfiguration = (text: string): AuthenticationConfiguration => {
  const value = decodeYaml(text).value as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly jwt?: readonly JwtAuthenticatorConfiguration[];
    readonly anonymous?: { readonly enabled?: boolean; readonly conditions?: readonly { readonly path: string }[] };
  } | null;
  if (!versions.includes(value?.apiVersion ?? '') || value?.kind !== 'AuthenticationConfiguration')
    throw new AuthenticationConfigurationError(`read the authentication configuration: no AuthenticationConfiguration of ${versions[0]}`);
  const jwt = value.jwt ?? [];
  const problems = jwt.flatMap((entry, index) => problemsOf(entry, `jwt[${index}]`));
  const urls = jwt.map(({ issuer }) => issuer?.url);
  for (const [index, url] of urls.entries())
    if (urls.indexOf(url) < index) problems.push(`jwt[${index}].issuer.url: Duplicate value: ${JSON.stringify(url)}`);
  if (problems.length > 0) throw new AuthenticationConfigurationError(`read the authentication configuration: ${problems.join('; ')}`);
  const { anonymous } = value;
  const paths = anonymous?.conditions?.map(({ path }) => path);
  return {
    jwt,
    ...(anonymous ? { anonymous: { enabled: anonymous.enabled === true, ...(paths?.length ? { paths } : {}) } } : {}),
  };
};
