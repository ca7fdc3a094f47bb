import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { auditOf } from '../audit-options.ts';
import { CliError } from '../cli-error.ts';
import { etcdAccess } from '../etcd-options.ts';
import { addKubeApiServerOptions, type KubeApiServerFlags } from '../kube-apiserver-flags.ts';
import { parsePath } from '../options.ts';
import { givenKubeletFlags, givenServingFlags, givenTlsFlags } from '../serving-flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { untilSignal } from '../until-signal.ts';

export const addEnvtest = (program: Command, surroundings: Surroundings): void => {
  const server = kubeApiServer(surroundings);
  const store = etcd();
  program
    .command('envtest')
    .summary("be the control plane of controller-runtime's envtest")
    .description("An API server for tests of controllers, started by controller-runtime's envtest as it starts kube-apiserver.")
    .addCommand(assets(surroundings, { 'kube-apiserver': server, etcd: store }))
    .addCommand(server)
    .addCommand(store);
};

const assets = ({ program }: Surroundings, programs: Readonly<Record<'kube-apiserver' | 'etcd', Command>>): Command =>
  new Command('assets')
    .description(
      'Writes the programs that envtest starts, kube-apiserver and etcd, links kubectl when it is on PATH, and prints the directory: ' +
        'export KUBEBUILDER_ASSETS=$(causeway envtest assets)',
    )
    .option('--dir <dir>', 'where to', parsePath, '.causeway/envtest')
    .action(async ({ dir }: { readonly dir: string }) => {
      if (!program)
        throw new CliError('envtest assets: it is not known how this program was started', { remedy: 'Call bin/causeway.mjs.' });
      const { writeAssets } = await import('../../app/envtest/assets.ts');
      const directory = resolve(dir);
      writeAssets(directory, {
        program: [process.execPath, fileURLToPath(program)],
        help: { 'kube-apiserver': programs['kube-apiserver'].helpInformation(), etcd: programs.etcd.helpInformation() },
        path: process.env['PATH'] ?? '',
      });
      process.stdout.write(`${directory}\n`);
    });

const kubeApiServer = ({ ready }: Surroundings): Command => {
  const without = (flag: string): boolean => process.stderr.write(`causeway: --${flag} has no effect here\n`);
  return addKubeApiServerOptions(new Command('kube-apiserver'), without)
    .description("Runs an API server alone, by kube-apiserver's flags, until SIGINT or SIGTERM. What it cannot do it refuses.")
    .action(async (flags: KubeApiServerFlags) => {
      const [{ startKubeApiServer }, { createLogger }] = await Promise.all([
        import('../../app/envtest/start-kube-apiserver.ts'),
        import('../../app/log.ts'),
      ]);
      const stopping = untilSignal();
      const { etcdCafile, etcdCertfile, etcdKeyfile } = flags;
      const server = await startKubeApiServer({
        credentials: flags,
        host: flags.bindAddress,
        port: flags.securePort,
        ...(flags.advertiseAddress === undefined ? {} : { advertiseAddress: flags.advertiseAddress }),
        ...(flags.anonymousAuth === undefined ? {} : { anonymousRequests: flags.anonymousAuth }),
        ...(flags.authenticationConfig === undefined ? {} : { authenticationConfig: flags.authenticationConfig }),
        authorizationModes: flags.authorizationMode,
        etcdServers: flags.etcdServers,
        ...(flags.etcdPrefix === undefined ? {} : { etcdPrefix: flags.etcdPrefix }),
        etcd: etcdAccess({
          ...(etcdCafile === undefined ? {} : { etcdCa: etcdCafile }),
          ...(etcdCertfile === undefined ? {} : { etcdCert: etcdCertfile }),
          ...(etcdKeyfile === undefined ? {} : { etcdKey: etcdKeyfile }),
        }),
        ...auditOf(flags),
        serving: givenServingFlags(flags),
        tls: givenTlsFlags(flags),
        kubelet: givenKubeletFlags(flags),
        serviceClusterIPRange: flags.serviceClusterIpRange,
        nodePortRange: flags.serviceNodePortRange,
        storeLost: ({ message }) => {
          process.stderr.write(`causeway: ${message}\n`);
          process.exit(1);
        },
        log: createLogger({
          level: flags.v >= 4 ? 'debug' : flags.v >= 1 ? 'info' : 'warn',
          format: 'text',
          write: (line) => process.stderr.write(`${line}\n`),
        }),
      });
      process.stderr.write(`Serving securely on ${new URL(server.url).host}\n`);
      ready?.();
      await stopping;
      await server.close();
      process.exit(0);
    });
};

const etcd = (): Command =>
  new Command('etcd')
    .description(
      "Takes etcd's place for envtest, until SIGINT or SIGTERM: it answers etcd's health and version, and tells the API server to keep " +
        'everything in memory. Other flags of etcd are taken and do nothing.',
    )
    .option('--listen-client-urls <url>', 'where it answers', 'http://127.0.0.1:2379')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async ({ listenClientUrls }: { readonly listenClientUrls: string }) => {
      const { startEtcdStandIn } = await import('../../app/envtest/etcd-stand-in.ts');
      const stopping = untilSignal();
      const standIn = await startEtcdStandIn(listenClientUrls.split(',')[0] ?? '');
      await stopping;
      await standIn.close();
    });
