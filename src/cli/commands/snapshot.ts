import { existsSync } from 'node:fs';
import { Command as CommanderCommand } from 'commander';
import type { Command } from 'commander';
import type { SnapshotSummary } from '../../app/snapshot.ts';
import { isRunning, readRunState } from '../../app/run-state.ts';
import { CliError } from '../cli-error.ts';
import { targetOfHub } from '../connect.ts';
import { addEtcdOptions, etcdAccess } from '../etcd-options.ts';
import type { EtcdFlags } from '../etcd-options.ts';
import { dataDirectoryOption, outputOption, parseStore } from '../options.ts';

interface OutputFlags {
  readonly output: 'text' | 'json';
}

interface SaveFlags extends EtcdFlags, OutputFlags {
  readonly dataDir: string;
  readonly store?: string;
  readonly hubKubeconfig?: string;
}

export const addSnapshot = (program: Command): void => {
  const snapshot = program
    .command('snapshot')
    .summary('save, inspect and restore all that a hub stores')
    .description("Snapshots of a hub's store: every object, secrets and the hub's own keys included. Keep them as safe as the hub.");
  for (const add of [save, inspect, restore]) snapshot.addCommand(add().addOption(outputOption()));
};

const print = ({ driver, revision, createdAt, objects, valueBytes }: SnapshotSummary, { output }: OutputFlags, what: string): void => {
  const facts = { driver, revision: String(revision), createdAt, objects, valueBytes };
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify(facts)}\n`
      : `${what}: ${objects} objects, ${valueBytes} bytes, revision ${revision} of the ${driver} store at ${createdAt}\n`,
  );
};

const save = (): Command =>
  addEtcdOptions(
    new CommanderCommand('save')
      .description('Saves a snapshot, consistent at one revision, while the hub goes on. The file is replaced only when it is complete.')
      .argument('<file>', 'where to')
      .addOption(dataDirectoryOption())
      .option('--hub-kubeconfig <file>', 'kubeconfig of the hub to ask, instead of the fleet on the data directory')
      .option(
        '--store <uri>',
        'the store itself: etcd:https://HOST:2379[,…][/PREFIX], or lmdb:PATH of a hub that does not run',
        parseStore,
      ),
  ).action(async (file: string, flags: SaveFlags) => {
    const { saveFromHub, saveFromStore, storeOfDataDirectory } = await import('../../app/snapshot.ts');
    const { store, hubKubeconfig: kubeconfig, dataDir } = flags;
    const state = readRunState(dataDir);
    let summary: SnapshotSummary;
    if (store !== undefined) summary = await saveFromStore(store, file, etcdAccess(flags));
    else if (kubeconfig !== undefined || (state && isRunning(state)))
      summary = await saveFromHub(await targetOfHub({ dataDir, ...(kubeconfig === undefined ? {} : { kubeconfig }) }), file);
    else {
      const found = storeOfDataDirectory(dataDir);
      if (found === undefined)
        throw new CliError(`no store in ${dataDir}`, {
          remedy: 'name a fleet with --data-dir, a hub with --hub-kubeconfig or a store with --store',
        });
      summary = await saveFromStore(found, file);
    }
    print(summary, flags, `saved ${file}`);
  });

const mustBeThere = (file: string): void => {
  if (!existsSync(file)) throw new CliError(`${file}: no such file`);
};

const inspect = (): Command =>
  new CommanderCommand('inspect')
    .description('Verifies a snapshot and says what it holds.')
    .argument('<file>', 'the snapshot')
    .action(async (file: string, flags: OutputFlags) => {
      mustBeThere(file);
      const { inspectSnapshot } = await import('../../app/snapshot.ts');
      print(await inspectSnapshot(file), flags, `${file} is whole`);
    });

const restore = (): Command =>
  addEtcdOptions(
    new CommanderCommand('restore')
      .description(
        'Fills an empty store from a snapshot, of any driver. Start the hub on it afterwards, with an empty --data-dir or its old one. ' +
          'Versions begin far above all that were given out since the snapshot: a watch from any of them is told that it has expired. ' +
          'Broken off, it is begun anew by running it again.',
      )
      .argument('<file>', 'the snapshot')
      .requiredOption('--store <uri>', 'lmdb:PATH or etcd:https://HOST:2379[,…][/PREFIX], empty', parseStore),
  ).action(async (file: string, flags: EtcdFlags & OutputFlags & { readonly store: string }) => {
    mustBeThere(file);
    const { restoreToStore } = await import('../../app/snapshot.ts');
    print(await restoreToStore(file, flags.store, etcdAccess(flags)), flags, `restored into ${flags.store}`);
  });
