import { Command as CommanderCommand } from 'commander';
import type { Command } from 'commander';
import { addEtcdOptions, etcdAccess } from '../etcd-options.ts';
import type { EtcdFlags } from '../etcd-options.ts';

export const addStore = (program: Command): void => {
  program.command('store').summary('move a hub to another store').description("A hub's store.").addCommand(migrate());
};

const migrate = (): Command =>
  addEtcdOptions(
    new CommanderCommand('migrate')
      .description(
        'Copies one store into another, empty one. Stop the hubs first: what they write meanwhile is not copied. Broken off, it is ' +
          'begun anew by running it again; no hub starts on the unfinished store.',
      )
      .argument('<from>', 'lmdb:PATH or etcd:https://HOST:2379[,…][/PREFIX]')
      .argument('<to>', 'the same, empty'),
  ).action(async (from: string, to: string, flags: EtcdFlags) => {
    const { migrate: copy } = await import('../../app/snapshot.ts');
    const { objects } = await copy(from, to, etcdAccess(flags));
    process.stdout.write(`${objects} objects copied to ${to}\n`);
  });
