import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { inClusterTransport } from '../../client/in-cluster.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../client/kubeconfig.ts';
import type { HttpTransportOptions } from '../../client/http/options.ts';
import type { LogLevel } from '../../app/log.ts';
import { CliError } from '../cli-error.ts';
import { integerBetween, logFormatOption, logLevelOption, outputOption, parseClusterName, parsePath, parseSeconds } from '../options.ts';
import { untilSignal } from '../until-signal.ts';

interface AgentFlags {
  readonly hub: string;
  readonly hubCa?: string;
  readonly hubCaHash?: string;
  readonly token?: string;
  readonly clusterName: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly region?: string;
  readonly zone?: string;
  readonly provider?: string;
  readonly dataDir?: string;
  readonly certificateTtl: number;
  readonly statusInterval: number;
  readonly failureThreshold: number;
  readonly leaseInterval: number;
  readonly output: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

const parseHub = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw new InvalidArgumentError('It must be an https URL, such as https://hub.example.com:6443.');
  return url.origin;
};

const parseHash = (text: string): string => {
  if (!/^sha256:[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('It must be sha256: and 64 hexadecimal digits.');
  return text;
};

const parseToken = (text: string): string => {
  if (!/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(text))
    throw new InvalidArgumentError('A bootstrap token is 6 characters, a dot and 16 characters: causeway cluster token prints one.');
  return text;
};

export const addAgent = (program: Command): void => {
  program
    .command('agent')
    .summary('run in a member cluster and join it to a hub by pull')
    .description(
      'Joins a member cluster to a hub, dialing out only, and keeps it in step with the hub, in the foreground until SIGINT or SIGTERM. ' +
        'The bootstrap token is needed once: it is exchanged for a short-lived client certificate, which is renewed in time.',
    )
    .requiredOption('--hub <url>', 'the hub, https://HOST:PORT', parseHub)
    .requiredOption('--cluster-name <name>', "the cluster's name in the fleet", parseClusterName)
    .option('--hub-ca <file>', "PEM of the hub's certificate authority; kept for later runs")
    .option('--hub-ca-hash <hash>', 'sha256:… of its public key, instead', parseHash)
    .option('--token <token>', 'bootstrap token, from causeway cluster token', parseToken)
    .option('--kubeconfig <file>', "kubeconfig of the member; default: the pod's service account")
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--region <region>', 'where it is, for spread constraints; told when it joins')
    .option('--zone <zone>', 'where in the region it is; told when it joins')
    .option('--provider <provider>', 'who runs it; told when it joins')
    .option('--data-dir <dir>', 'directory of its certificate; default: .causeway/agents/NAME', parsePath)
    .option('--certificate-ttl <duration>', 'how long a certificate is to hold, at least 10m', parseSeconds(600, 365 * 86_400), 86_400)
    .option('--status-interval <seconds>', 'how often the hub is told how the member is', integerBetween(1, 3600), 10)
    .option('--failure-threshold <seconds>', 'how long the member must be bad before it counts as failed', integerBetween(1, 86_400), 30)
    .option('--lease-interval <seconds>', 'how often the Lease on the hub is renewed', integerBetween(1, 3600), 10)
    .addOption(outputOption())
    .addOption(logLevelOption())
    .addOption(logFormatOption())
    .action(async (flags: AgentFlags) => {
      if (flags.hubCa !== undefined && flags.hubCaHash !== undefined)
        throw new CliError('--hub-ca and --hub-ca-hash say the same: give one of them', { exitCode: 2 });
      const [{ startAgent }, { createLogger }] = await Promise.all([import('../../app/agent.ts'), import('../../app/log.ts')]);
      const { region, zone, provider, token, hubCaHash } = flags;
      const stopping = new AbortController();
      const signalled = untilSignal().then(() => stopping.abort());
      const starting = startAgent({
        cluster: flags.clusterName,
        hub: flags.hub,
        ...(flags.hubCa === undefined ? {} : { authority: readFileSync(flags.hubCa, 'utf8') }),
        ...(hubCaHash === undefined ? {} : { authorityHash: hubCaHash }),
        ...(token === undefined ? {} : { token }),
        directory: flags.dataDir ?? join('.causeway', 'agents', flags.clusterName),
        certificateSeconds: flags.certificateTtl,
        location: { ...(region ? { region } : {}), ...(zone ? { zone } : {}), ...(provider ? { provider } : {}) },
        member: await memberTarget(flags),
        statusIntervalSeconds: flags.statusInterval,
        failureThresholdSeconds: flags.failureThreshold,
        leaseRenewSeconds: flags.leaseInterval,
        log: createLogger({ level: flags.logLevel, format: flags.logFormat, write: (line) => process.stderr.write(`${line}\n`) }),
        signal: stopping.signal,
      });
      const agent = await Promise.race([starting, signalled]);
      if (agent) {
        const ready = { ready: true, cluster: flags.clusterName, hub: flags.hub };
        process.stdout.write(
          flags.output === 'json' ? `${JSON.stringify(ready)}\n` : `Cluster ${flags.clusterName} has joined ${flags.hub} by pull.\n`,
        );
        await signalled;
        await agent.stop();
      }
      process.exit(0);
    });
};

const memberTarget = async ({ kubeconfig, context }: AgentFlags): Promise<HttpTransportOptions> => {
  if (kubeconfig !== undefined) return (await targetOfKubeconfig(await readKubeconfig(kubeconfig), context)).transport;
  const transport = await inClusterTransport();
  if (!transport)
    throw new CliError('this is not a pod of the member cluster', {
      remedy: 'give the kubeconfig of the member with --kubeconfig',
      exitCode: 2,
    });
  return transport;
};
