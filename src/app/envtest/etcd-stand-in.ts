import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What takes etcd's place where only its health is asked for. It keeps nothing. */
export interface EtcdStandIn {
  readonly url: string;
  close(): Promise<void>;
}

/** In the answer of /version, beside what etcd says there. */
const mark = 'standIn';

const answers: Readonly<Record<string, unknown>> = {
  '/health': { health: 'true', reason: '' },
  '/version': { etcdserver: '3.6.0', etcdcluster: '3.6.0', [mark]: 'causeway' },
};

/** Answers etcd's health and version at a URL such as http://127.0.0.1:2379 (port 0 takes a free one); everything else is 501. @throws Error */
export const startEtcdStandIn = async (url: string): Promise<EtcdStandIn> => {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:') throw new Error(`listen at ${url}: only http is spoken here`);
  const server = createServer(({ url: path = '' }, response) => {
    const answer = answers[path];
    response.writeHead(answer ? 200 : 501, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'this takes the place of etcd for envtest: the API server keeps its own store' }));
  });
  const host = hostname.replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port || 80), host, resolve));
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Whether that is what answers at a URL. False when nobody does. */
export const isEtcdStandIn = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const no = (): void => resolve(false);
    get(`${url.replace(/\/$/, '')}/version`, { timeout: 2000 }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .on('end', () => resolve(text.includes(`"${mark}"`)))
        .on('error', no);
    })
      .on('timeout', no)
      .on('error', no);
  });
