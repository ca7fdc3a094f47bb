import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { LogLevel } from '../../app/log.ts';
import { addEtcdOptions, etcdAccess } from '../etcd-options.ts';
import type { EtcdFlags } from '../etcd-options.ts';
import { addAuditOptions, auditOf, type AuditFlags } from '../audit-options.ts';
import { integerBetween, fleetOptions, fleetSettings, logOptions, outputOption, parsePath, parseStore } from '../options.ts';
import type { FleetFlags } from '../options.ts';
import type { ServingFlags } from '../../app/serving-options.ts';
import type { TlsFlags } from '../../app/tls-options.ts';
import type { KubeletFlags } from '../../app/kubelet-options.ts';
import {
  givenKubeletFlags,
  givenServingFlags,
  givenTlsFlags,
  kubeletFlagOptions,
  servingFlagOptions,
  tlsFlagOptions,
} from '../serving-flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { untilSignal } from '../until-signal.ts';

interface HubFlags extends FleetFlags, EtcdFlags, ServingFlags, AuditFlags, KubeletFlags, TlsFlags {
  readonly store: string;
  readonly port: number;
  readonly host: string;
  readonly advertiseAddress?: string;
  readonly authenticationConfig?: string;
  readonly dataDir: string;
  readonly serviceClusterIpRange: string;
  readonly listCacheMib: number;
  readonly watchCacheMib: number;
  readonly output: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

export const addHub = (program: Command, { ready: isReady }: Surroundings): void => {
  const command = program
    .command('hub')
    .summary('run a hub alone')
    .description("Runs the API server and the hub's controllers in the foreground, until SIGINT or SIGTERM.")
    .requiredOption('--store <uri>', 'memory:, lmdb:PATH or etcd:https://HOST:2379[,…][/PREFIX]', parseStore)
    .option('--port <port>', 'port to listen on; 0 takes a free one', integerBetween(0, 65_535), 6443)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--advertise-address <ip>',
      "address of this machine in the `kubernetes` Service's Endpoints; default: the one it listens on, this machine's when that is loopback",
    )
    .option(
      '--authentication-config <file>',
      'AuthenticationConfiguration: OpenID Connect issuers, anonymous requests; its changes are followed',
    )
    .option('--data-dir <dir>', 'directory of the certificate authority, keys and kubeconfig', parsePath, '.causeway/hub')
    .option('--service-cluster-ip-range <cidr>', 'where Services get their addresses', '10.96.0.0/16')
    .option(
      '--list-cache-mib <mib>',
      'memory for collections that are listed again and again; 0 reads every list from the store',
      integerBetween(0, 1_048_576),
      256,
    )
    .option(
      '--watch-cache-mib <mib>',
      'memory for recent events, of all kinds together; watches that go on from earlier ones read the store',
      integerBetween(0, 1_048_576),
      64,
    )
    .addOption(outputOption())
    .action(async (flags: HubFlags) => {
      const [{ startHub }, { createLogger }, { renderKubeconfig }, runState] = await Promise.all([
        import('../../app/hub.ts'),
        import('../../app/log.ts'),
        import('../../app/kubeconfig.ts'),
        import('../../app/run-state.ts'),
      ]);
      const stopping = untilSignal();
      const directory = resolve(flags.dataDir);
      runState.prepareDataDirectory(directory);
      const hub = await startHub({
        directory,
        store: flags.store,
        etcd: etcdAccess(flags),
        host: flags.host,
        ...(flags.authenticationConfig === undefined ? {} : { authenticationConfig: flags.authenticationConfig }),
        ...auditOf(flags),
        ...(flags.advertiseAddress === undefined ? {} : { advertiseAddress: flags.advertiseAddress }),
        port: flags.port,
        serviceClusterIPRange: flags.serviceClusterIpRange,
        serving: givenServingFlags(flags),
        kubelet: givenKubeletFlags(flags),
        tls: givenTlsFlags(flags),
        memory: { lists: flags.listCacheMib * 2 ** 20, events: flags.watchCacheMib * 2 ** 20 },
        // Whoever watches over this process starts it again, and then it knows nothing that is no longer true.
        storeLost: ({ message }) => {
          process.stderr.write(`causeway: ${message}\n`);
          process.exit(1);
        },
        log: createLogger({ level: flags.logLevel, format: flags.logFormat, write: (line) => process.stderr.write(`${line}\n`) }),
        fleet: fleetSettings(flags),
      });
      const kubeconfig = join(directory, 'kubeconfig');
      runState.writePrivateFile(kubeconfig, renderKubeconfig([hub.server.kubeconfig]));
      const ready = { ready: true, hub: { server: hub.server.url }, kubeconfig, members: [] };
      process.stdout.write(
        flags.output === 'json'
          ? `${JSON.stringify(ready)}\n`
          : `The hub is ready: ${hub.server.url}\nNext: export KUBECONFIG=${kubeconfig}\n`,
      );
      isReady?.();
      await stopping;
      await hub.stop();
      process.exit(0);
    });
  for (const option of [...servingFlagOptions(), ...kubeletFlagOptions(), ...tlsFlagOptions(), ...fleetOptions(), ...logOptions()])
    command.addOption(option);
  addAuditOptions(addEtcdOptions(command));
};
