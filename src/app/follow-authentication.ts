import { type AuthenticationConfiguration, parseAuthenticationConfiguration } from '../apiserver/authentication/oidc/configuration.ts';
import { type ConfigurationFileOptions, followConfiguration } from './configuration-file.ts';

export interface AuthenticationOptions {
  /** File with an AuthenticationConfiguration. */
  readonly authenticationConfig?: string;
  /** Whether requests without credentials are let in, when the file does not say. */
  readonly anonymousRequests?: boolean;
}

export interface FollowAuthenticationOptions extends Pick<ConfigurationFileOptions<unknown>, 'metrics' | 'log' | 'instance'> {
  /** Whose tokens the server knows by itself. */
  readonly ownIssuers: readonly string[];
}

/** Whose tokens are believed, and who may come without any: as the file says it at each moment. @throws {ConfigurationError} */
export const followAuthentication = (
  { authenticationConfig, anonymousRequests = true }: AuthenticationOptions,
  { ownIssuers, ...options }: FollowAuthenticationOptions,
): { readonly current: AuthenticationConfiguration; stop(): void } => {
  const unsaid: AuthenticationConfiguration = { jwt: [], anonymous: { enabled: anonymousRequests } };
  if (authenticationConfig === undefined) return { current: unsaid, stop: () => {} };
  const parse = (text: string): AuthenticationConfiguration => ({
    ...unsaid,
    ...parseAuthenticationConfiguration(text, { disallowedIssuers: ownIssuers }),
  });
  return followConfiguration(authenticationConfig, { ...options, subject: 'authentication', parse });
};
