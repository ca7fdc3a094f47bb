import { isEtcdStandIn } from './etcd-stand-in.ts';

/** Not kube-apiserver's: what it keeps in an etcd is laid out otherwise, and the two must not meet. */
export const defaultEtcdPrefix = '/causeway';

/** Where an API server keeps everything that is told `--etcd-servers`: in those, or in memory when it is our stand-in or nothing is named. */
export const storeUri = async (servers: readonly string[], prefix = defaultEtcdPrefix): Promise<string> => {
  const [first] = servers;
  if (first === undefined || (first.startsWith('http:') && (await isEtcdStandIn(first)))) return 'memory:';
  return `etcd:${servers.map((server) => server.replace(/\/+$/, '')).join(',')}/${prefix.replace(/^\/+|\/+$/g, '')}`;
};
