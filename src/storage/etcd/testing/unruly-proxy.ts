import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** `pass` everything, lose what the server `answers`, or lose `everything`: connections stay, and new ones are accepted. */
export type Losing = 'nothing' | 'answers' | 'everything';

/** A way to a server that can lose bytes without a word, as a broken network does. */
export interface UnrulyProxy {
  readonly url: string;
  lose(what: Losing): void;
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Listens on loopback and forwards to `target`, an http URL. */
export async function startUnrulyProxy(target: string): Promise<UnrulyProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let losing: Losing = 'nothing';
  const forward = (from: Socket, to: Socket, isLost: () => boolean): void => {
    sockets.add(from);
    from.on('data', (chunk) => void (isLost() || to.write(chunk)));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    forward(near, far, () => losing === 'everything');
    forward(far, near, () => losing !== 'nothing');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose: (what) => {
      losing = what;
    },
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
