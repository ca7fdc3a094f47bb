import { resolve } from 'node:path';
import { execCredentials } from './exec-credential.ts';
import type { ExecConfig } from './exec-credential.ts';
import { fixedCredentials } from './http/options.ts';
import type { CredentialSource } from './http/options.ts';
import { readPem } from './pem-file.ts';
import { tokenFileCredentials } from './token-file.ts';

/** A user of a kubeconfig. */
export interface KubeconfigUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly exec?: ExecConfig;
}

/** The user's credentials; a token wins over a token file, which wins over exec, as in client-go. @throws Error when a file cannot be read */
export const credentialsOfUser = async (user: KubeconfigUser, directory: string): Promise<CredentialSource> => {
  const certificate = await readPem(user['client-certificate-data'], user['client-certificate'], directory);
  const key = await readPem(user['client-key-data'], user['client-key'], directory);
  const pair = certificate && key ? { certificate, key } : {};
  if (user.token) return fixedCredentials({ ...pair, token: user.token });
  if (user.tokenFile) return tokenFileCredentials(resolve(directory, user.tokenFile), pair);
  if (user.exec) return execCredentials(user.exec, directory);
  if (user.username !== undefined) return fixedCredentials({ ...pair, username: user.username, password: user.password ?? '' });
  return fixedCredentials(pair);
};
