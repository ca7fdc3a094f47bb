import { throughput } from '../lib/measure.ts';
import { configMap, configMaps } from '../lib/objects.ts';
import type { Load, Row } from '../lib/row.ts';

const seconds = 3;
/** Objects that updates and patches go round; each is written by one request at a time. */
const targets = 256;
const target = (i: number): string => `${configMaps}/target-${i % targets}`;

const prepare = async ({ connection }: Load): Promise<void> => {
  for (let i = 0; i < targets; i++)
    await connection.request('PATCH', `${target(i)}?fieldManager=bench&force=true`, {
      body: configMap(`target-${i}`),
      contentType: 'application/apply-patch+yaml',
    });
};

const writes: Readonly<Record<string, (load: Load) => Promise<unknown>>> = {
  create: ({ connection, next }) => connection.request('POST', configMaps, { body: configMap(`created-${next()}`) }),
  update: ({ connection, next }) => {
    const i = next();
    return connection.request('PUT', target(i), { body: configMap(`target-${i % targets}`, { turn: String(i) }) });
  },
  'merge patch': ({ connection, next }) => {
    const i = next();
    return connection.request('PATCH', target(i), {
      body: JSON.stringify({ data: { turn: String(i) } }),
      contentType: 'application/merge-patch+json',
    });
  },
  'server-side apply': ({ connection, next }) => {
    const i = next();
    return connection.request('PATCH', `${target(i)}?fieldManager=bench&force=true`, {
      body: configMap(`target-${i % targets}`, { turn: String(i) }),
      contentType: 'application/apply-patch+yaml',
    });
  },
};

/** Durable writes of 2 KiB ConfigMaps, by 64 clients and by one. */
export const writeRows: readonly Row[] = Object.entries(writes).flatMap(([name, write]) =>
  [64, 1].map((inFlight) => ({
    name: `${name}, ${inFlight} in flight`,
    ...(name === 'create' ? {} : { prepare }),
    run: (load: Load) => throughput(load.side, { inFlight, seconds }, () => write(load)),
  })),
);
