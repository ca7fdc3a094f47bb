import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpTransportOptions } from './http/options.ts';
import { tokenFileCredentials } from './token-file.ts';

const defaultDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How a pod reaches its own API server: environment and the mounted service account. Undefined outside a pod. */
export const inClusterTransport = async (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  directory = defaultDirectory,
): Promise<HttpTransportOptions | undefined> => {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) return undefined;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    certificateAuthority: await readFile(join(directory, 'ca.crt'), 'utf8'),
    credentials: tokenFileCredentials(join(directory, 'token')),
  };
};
