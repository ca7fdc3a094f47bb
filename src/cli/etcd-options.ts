import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Command } from 'commander';

export interface EtcdFlags {
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  readonly etcdUser?: string;
  readonly etcdPasswordFile?: string;
}

/** How to get into an etcd. */
export const addEtcdOptions = (command: Command): Command =>
  [
    new Option('--etcd-ca <file>', 'PEM of the authority that signs the etcd servers'),
    new Option('--etcd-cert <file>', 'PEM of the client certificate for etcd; files are read again for each connection'),
    new Option('--etcd-key <file>', 'PEM of its key'),
    new Option('--etcd-user <name>', 'etcd user'),
    new Option('--etcd-password-file <file>', "file with the etcd user's password"),
  ].reduce((to, option) => to.addOption(option), command);

/** What the files say now. @throws Error for one that cannot be read */
const readFiles = ({ etcdCa, etcdCert, etcdKey, etcdUser, etcdPasswordFile }: EtcdFlags) => ({
  ...(etcdCa ? { ca: readFileSync(etcdCa) } : {}),
  ...(etcdCert ? { cert: readFileSync(etcdCert) } : {}),
  ...(etcdKey ? { key: readFileSync(etcdKey) } : {}),
  ...(etcdUser ? { username: etcdUser } : {}),
  ...(etcdPasswordFile ? { password: readFileSync(etcdPasswordFile, 'utf8').trim() } : {}),
});

/** Credentials from files, which are read again for each connection: whoever renews them need not start the program again. */
export const etcdAccess = (flags: EtcdFlags) => ({ ...readFiles(flags), current: () => readFiles(flags) });
