/**
 * Two API servers side by side: `npm run bench -- [--store etcd] [--kubeconfig A [--against B]] [--rounds 3] [--json FILE] [words of rows…]`.
 * Without --kubeconfig it starts our hub (on LMDB, or on an etcd of its own) and, where it was built (PEERS, default ~/.cache/peers), kube-apiserver with etcd.
 * Rows run on both sides in turn; the table shows medians. `crowd`, `loaded`, `definitions`, `envtest` and `fleet` run only when named, `all` is everything
 * but `growth`, which fills our hub with a million objects and draws --plot FILE.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Measurement } from './lib/measure.ts';
import type { Load, Row } from './lib/row.ts';
import { runningSide, type Side, type StartSide } from './lib/side.ts';
import { hubStarter } from './lib/start-hub.ts';
import { peerExists, peerStarter } from './lib/start-peer.ts';
import { linesOf, renderTable, type Results } from './lib/table.ts';
import { measureGrowth } from './rows/growth.ts';
import { measureDefinitions } from './rows/definitions.ts';
import { measureEnvtest } from './rows/envtest.ts';
import { measureFleet } from './rows/fleet.ts';
import { readRows } from './rows/reads.ts';
import { measureLoaded } from './rows/loaded.ts';
import { measureStart } from './rows/start.ts';
import { crowdRows, watchRows } from './rows/watch.ts';
import { writeRows } from './rows/writes.ts';

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    kubeconfig: { type: 'string' },
    against: { type: 'string' },
    store: { type: 'string', default: 'lmdb' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    plot: { type: 'string', default: 'growth.svg' },
  },
});
if (flags.store !== 'lmdb' && flags.store !== 'etcd') throw new RangeError(`--store ${flags.store}: must be lmdb or etcd`);
// Servers go with the program: a forgotten one would slow down what is measured next.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const rounds = Number(flags.rounds);
const everything = words.includes('all');
const chosen = (name: string): boolean => everything || words.length === 0 || words.some((word) => name.includes(word));
const named = (name: string): boolean => everything || words.includes(name);
const starters: StartSide[] = flags.kubeconfig ? [] : [hubStarter(flags.store), ...(peerExists() ? [peerStarter()] : [])];
if (!flags.kubeconfig && starters.length === 1) console.error('kube-apiserver is not built (shared/peers/build.sh): our side only');

const results: Results = new Map();
const names = new Set<string>();
const record = (row: string, side: string, measurement: Measurement): void => {
  if (!results.has(row)) results.set(row, new Map());
  const bySide = results.get(row) as Map<string, Measurement[]>;
  bySide.set(side, [...(bySide.get(side) ?? []), measurement]);
  names.add(side);
  console.error(`${row} | ${side} | ${JSON.stringify(measurement)}`);
};
const recordStarts = async (measure: typeof measureStart, times: number): Promise<void> => {
  for (let round = 0; round < times; round++)
    for (const [index, start] of starters.entries())
      for (const [row, measurement] of Object.entries(await measure(start)))
        record(row, index === 0 ? 'causeway' : 'kube-apiserver', measurement);
};

const runRows = async (rows: readonly Row[]): Promise<void> => {
  if (rows.length === 0) return;
  const sides: Side[] = flags.kubeconfig
    ? [await runningSide('A', flags.kubeconfig), ...(flags.against ? [await runningSide('B', flags.against)] : [])]
    : await Promise.all(starters.map((start) => start()));
  let count = Date.now();
  try {
    const loads: Load[] = [];
    for (const side of sides) loads.push({ side, connection: await side.connect(), next: () => count++ });
    for (const row of rows) {
      for (const load of loads) await row.prepare?.(load);
      // The first round warms both sides up.
      for (let round = 0; round <= rounds; round++)
        for (const load of loads) {
          const measurement = await row.run(load).catch((error: unknown) => console.error(`${row.name} | ${String(error)}`));
          if (round > 0 && measurement) record(row.name, load.side.name, measurement);
        }
    }
    for (const { connection } of loads) connection.close();
  } finally {
    for (const side of sides) await side.stop();
  }
};

const load = loadavg()[0] as number;
if (chosen('cold start') || chosen('memory')) await recordStarts(measureStart, rounds);
await runRows([...writeRows, ...readRows, ...watchRows].filter(({ name }) => chosen(name)));
if (named('crowd')) await runRows(crowdRows);
if (named('loaded')) await recordStarts(measureLoaded, 1);
if (named('definitions')) await recordStarts(measureDefinitions, rounds);
if (named('envtest'))
  for (let round = 0; round < rounds; round++)
    for (const side of ['causeway', ...(peerExists() ? ['kube-apiserver'] : [])] as const)
      record('start by envtest', side, await measureEnvtest(side as 'causeway' | 'kube-apiserver'));
if (words.includes('growth')) await measureGrowth(starters[0] as StartSide, flags.plot);
if (named('fleet')) for (const [row, measurement] of Object.entries(await measureFleet())) record(row, 'causeway', measurement);

const lines = linesOf(results, [...names]);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${load.toFixed(1)} before`;
console.log(`${machine}\n\n${renderTable(lines, [...names])}`);
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ machine, lines }, null, 2)}\n`);
process.exit(0);
