import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { Backend } from '../proxy/backend.ts';
import { type Dialed, dialUpgrade } from '../proxy/dial-upgrade.ts';
import { SpdyClient } from './spdy/client.ts';

const maxRefusalBytes = 64 * 1024;

/** What a kubelet said instead. */
const refusal = async (answer: IncomingMessage): Promise<string> => {
  let size = 0;
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxRefusalBytes) answer.destroy();
  });
  const said = await textOf(answer).catch(() => 'unable to read error from server response');
  try {
    const status = JSON.parse(said) as { kind?: string; message?: string };
    if (status.kind === 'Status') return status.message ?? '';
  } catch {
    // Words.
  }
  return `unable to upgrade connection: ${said.trim()}`;
};

const switched = ({ answer, connection }: Dialed): boolean =>
  connection !== undefined &&
  (answer.headers.connection ?? '').toLowerCase().includes('upgrade') &&
  (answer.headers.upgrade ?? '').toLowerCase().includes('spdy/3.1');

/** Asks a kubelet for SPDY, in the first of these protocols that it speaks. @throws Error with what it said */
export const dialSpdy = async (
  kubelet: Backend,
  protocols: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly client: SpdyClient; readonly protocol: string }> => {
  const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': [...protocols] };
  const dialed = await dialUpgrade(kubelet, { method: 'POST', headers, signal });
  const { answer, connection } = dialed;
  if (!connection || !switched(dialed)) {
    connection?.destroy();
    throw new Error(await refusal(answer));
  }
  return { client: new SpdyClient(connection), protocol: String(answer.headers['x-stream-protocol-version'] ?? '') };
};
