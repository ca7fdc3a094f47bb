import { readFileSync } from 'node:fs';
import { request, type Agent } from 'node:https';
import { parse } from 'yaml';

/** Where a server is and who asks. */
export interface Target {
  readonly server: string;
  readonly token: string | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string | undefined>> }];
}

/** The first cluster and user of a kubeconfig. */
export const readTarget = (path: string): Target => {
  const { clusters, users } = parse(readFileSync(path, 'utf8')) as Kubeconfig;
  const { user } = users[0];
  const pem = (name: string): Buffer | undefined => {
    const [file, data] = [user[name], user[`${name}-data`]];
    return file ? readFileSync(file) : data ? Buffer.from(data, 'base64') : undefined;
  };
  return { server: clusters[0].cluster.server, token: user['token'], cert: pem('client-certificate'), key: pem('client-key') };
};

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly type?: string | undefined;
  readonly accept?: string | undefined;
  readonly body?: Buffer | undefined;
  /** Sent besides; `authorization: none` stands for no credentials. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RawAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** One request over HTTP/1.1, code 0 when the connection breaks; certificates are not looked at, both servers are our own. */
export const sendRaw = (
  { server, token, cert, key }: Target,
  { method, path, type, accept, body, headers: besides = {} }: RawRequest,
  agent: Agent | false = false,
): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const { authorization = 'own', ...others } = besides;
    const identity = authorization === 'own' ? { cert, key } : {};
    const credentials = authorization === 'own' ? token && `Bearer ${token}` : authorization === 'none' ? undefined : authorization;
    const headers = {
      'user-agent': 'differential',
      ...others,
      ...(credentials === undefined ? {} : { authorization: credentials }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    };
    const outgoing = request(new URL(server), { path, method, headers, ...identity, agent, rejectUnauthorized: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      const done = (): void => {
        const flat = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]));
        resolve({ code: incoming.statusCode ?? 0, headers: flat, body: Buffer.concat(chunks) });
      };
      incoming.on('end', done).on('error', done);
    });
    outgoing.on('error', (error) => resolve({ code: 0, headers: {}, body: Buffer.from(error.message) }));
    outgoing.end(body);
  });
