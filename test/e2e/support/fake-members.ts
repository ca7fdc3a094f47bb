import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A server that misbehaves, on 127.0.0.1. */
export interface FakeMember {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const start = async (server: Server): Promise<FakeMember> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Accepts, and never says a word. */
export const hangingMember = (): Promise<FakeMember> => start(createTcpServer());

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Shakes hands, reads requests and never answers. */
export const silentTlsMember = (certificate: Certificate): Promise<FakeMember> =>
  start(createTlsServer(certificate, (socket) => socket.resume()));

/** Answers every request with 200 and something that is no Kubernetes object. */
export const garbageMember = (certificate: Certificate): Promise<FakeMember> =>
  start(
    createTlsServer(certificate, (socket) => {
      socket.on('error', () => {});
      const body = '<html>{"kind":"List","items":[null,7,{"metadata":3}]';
      socket.on('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      );
    }),
  );

/** Answers every request with well-formed JSON of the wrong shape. */
export const wrongShapeMember = (certificate: Certificate): Promise<FakeMember> =>
  start(
    createTlsServer(certificate, (socket) => {
      socket.on('error', () => {});
      const body = '{"kind":"Nonsense","items":[null,7,{"metadata":3}],"metadata":[],"resources":{"a":1},"groups":"x","gitVersion":12}';
      socket.on('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      );
    }),
  );

/** A kubeconfig that leads there. */
export const kubeconfigOf = ({ url }: FakeMember): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [{ name: 'fake', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'fake', user: { token: 'nobody' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  });
