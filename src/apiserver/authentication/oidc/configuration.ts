import { aggregateMessages, formatFieldError } from '../../../apimachinery/validation/format-field-error.ts';
import { ConfigurationError, decodeConfiguration, type Shape } from '../../configuration/decode-configuration.ts';
import type { AnonymousOptions } from '../request-authenticators.ts';
import { validateAuthentication } from './validate-configuration.ts';

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

export interface Issuer {
  readonly url: string;
  /** Where the discovery document is when not below the URL. */
  readonly discoveryURL?: string;
  /** PEM; the system's authorities by default. */
  readonly certificateAuthority?: string;
  readonly audiences: readonly string[];
  readonly audienceMatchPolicy?: string;
  readonly egressSelectorType?: string;
}

export interface JwtAuthenticatorConfiguration {
  readonly issuer: Issuer;
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

/** What the file says, before anybody looked whether it makes sense. */
export interface AuthenticationFile {
  readonly jwt?: readonly JwtAuthenticatorConfiguration[] | null;
  readonly anonymous?: { readonly enabled?: boolean; readonly conditions?: readonly { readonly path?: string }[] } | null;
}

const claim: Shape = { fields: { claim: 'string', prefix: 'string', expression: 'string' } };
const rule: Shape = { fields: { claim: 'string', requiredValue: 'string', expression: 'string', message: 'string' } };
const fields: Readonly<Record<string, Shape>> = {
  jwt: {
    items: {
      fields: {
        issuer: {
          fields: {
            url: 'string',
            discoveryURL: 'string',
            certificateAuthority: 'string',
            audiences: { items: 'string' },
            audienceMatchPolicy: 'string',
            egressSelectorType: 'string',
          },
        },
        claimValidationRules: { items: rule },
        claimMappings: {
          fields: {
            username: claim,
            groups: claim,
            uid: { fields: { claim: 'string', expression: 'string' } },
            extra: { items: { fields: { key: 'string', valueExpression: 'string' } } },
          },
        },
        userValidationRules: { items: { fields: { expression: 'string', message: 'string' } } },
      },
    },
  },
  anonymous: { fields: { enabled: 'boolean', conditions: { items: { fields: { path: 'string' } } } } },
};

export interface ParseOptions {
  /** Whose tokens are verified otherwise: the server's own service accounts'. */
  readonly disallowedIssuers?: readonly string[];
}

/** Reads an AuthenticationConfiguration (KEP-3331), in YAML or JSON, with all that its expressions say. @throws {ConfigurationError} */
export const parseAuthenticationConfiguration = (
  text: string,
  { disallowedIssuers = [] }: ParseOptions = {},
): AuthenticationConfiguration => {
  const file = decodeConfiguration(text, {
    subject: 'authentication',
    kind: 'AuthenticationConfiguration',
    versions: ['v1', 'v1beta1', 'v1alpha1'],
    fields,
  }) as AuthenticationFile;
  const errors = validateAuthentication(file, disallowedIssuers);
  if (errors.length > 0)
    throw new ConfigurationError(`invalid authentication configuration: ${aggregateMessages(errors.map(formatFieldError))}`);
  const { anonymous, jwt } = file;
  const paths = anonymous?.conditions?.map(({ path = '' }) => path);
  return {
    jwt: jwt ?? [],
    ...(anonymous ? { anonymous: { enabled: anonymous.enabled === true, ...(paths?.length ? { paths } : {}) } } : {}),
  };
};
