import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Credentials, CredentialSource } from './http/options.ts';

/** A credential plugin of a kubeconfig (client.authentication.k8s.io). */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
}

interface ExecCredential {
  readonly kind?: string;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

/** Credentials from a plugin's stdout, kept until they expire or are refused. @throws Error with the command's stderr when it fails */
export const execCredentials = (config: ExecConfig, directory: string): CredentialSource => {
  let cached: Promise<Credentials> | undefined;
  let expiresAt = Infinity;

  const load = async (): Promise<Credentials> => {
    const { status } = await runPlugin(config, directory);
    expiresAt = status?.expirationTimestamp ? Date.parse(status.expirationTimestamp) : Infinity;
    return {
      ...(status?.token ? { token: status.token } : {}),
      ...(status?.clientCertificateData && status.clientKeyData
        ? { certificate: status.clientCertificateData, key: status.clientKeyData }
        : {}),
    };
  };

  return {
    get: () => {
      if (!cached || Date.now() >= expiresAt) {
        cached = load();
        cached.catch(() => (cached = undefined));
      }
      return cached;
    },
    invalidate: () => (cached = undefined),
  };
};

function runPlugin(config: ExecConfig, directory: string): Promise<ExecCredential> {
  const apiVersion = config.apiVersion ?? 'client.authentication.k8s.io/v1';
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  const extra = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
  // A bare name is looked up in PATH; a relative path is relative to the kubeconfig.
  const command = config.command.includes('/') ? resolve(directory, config.command) : config.command;
  return new Promise((done, fail) => {
    const options = { env: { ...process.env, ...extra, KUBERNETES_EXEC_INFO: info }, timeout: 60_000, maxBuffer: 1024 * 1024 };
    execFile(command, [...(config.args ?? [])], options, (error, stdout, stderr) => {
      if (error) {
        const hint = config.installHint ? `\n${config.installHint}` : '';
        return fail(new Error(`run credential plugin ${config.command}: ${stderr.trim() || error.message}${hint}`, { cause: error }));
      }
      try {
        const credential = JSON.parse(stdout) as ExecCredential;
        if (credential.kind !== 'ExecCredential') throw new Error(`kind is ${JSON.stringify(credential.kind)}`);
        done(credential);
      } catch (cause) {
        fail(new Error(`run credential plugin ${config.command}: stdout is not an ExecCredential`, { cause }));
      }
    });
  });
}
