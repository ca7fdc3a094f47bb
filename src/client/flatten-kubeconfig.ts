import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { named } from './kubeconfig.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import type { KubeconfigUser } from './kubeconfig-user.ts';
import { readPem } from './pem-file.ts';

/** One context (the current one by default) with its cluster and user only, and with the content of the files that they name: it holds true elsewhere. @throws Error when something is missing */
export const flattenKubeconfig = async (config: Kubeconfig, context = config['current-context']): Promise<Kubeconfig> => {
  const selected = named(config.contexts, context, 'context');
  const { directory: clusterDirectory = '.', ...cluster } = named(config.clusters, selected.context.cluster, 'cluster');
  const {
    name: userName,
    user: original,
    directory = '.',
  } = selected.context.user ? named(config.users, selected.context.user, 'user') : { name: '', user: {} as KubeconfigUser };
  const user = await inline(original, directory, ['client-certificate', 'client-key']);
  const { tokenFile, ...rest } = user;
  const token = user.token ?? (tokenFile ? (await readFile(resolve(directory, tokenFile), 'utf8')).trim() : undefined);
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': selected.name,
    contexts: [{ name: selected.name, context: selected.context }],
    clusters: [{ name: cluster.name, cluster: await inline(cluster.cluster, clusterDirectory, ['certificate-authority']) }],
    users: userName === '' ? [] : [{ name: userName, user: token === undefined ? rest : { ...rest, token } }],
  };
};

/** Files become base64 data, unless there is data already. */
const inline = async <T extends object>(entry: T, directory: string, fields: readonly string[]): Promise<T> => {
  const values: Record<string, unknown> = Object.fromEntries(Object.entries(entry));
  for (const field of fields) {
    const { [field]: file, [`${field}-data`]: data } = values;
    delete values[field];
    const pem = await readPem(data as string | undefined, file as string | undefined, directory);
    if (pem !== undefined) values[`${field}-data`] = Buffer.from(pem).toString('base64');
  }
  return values as T;
};
