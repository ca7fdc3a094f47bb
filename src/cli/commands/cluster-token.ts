import { Command } from 'commander';
import { targetOfHub, connectHub } from '../connect.ts';
import { outputOption, parseClusterName, parseSeconds } from '../options.ts';

interface TokenFlags {
  readonly dataDir: string;
  readonly hubKubeconfig?: string;
  readonly ttl: number;
  readonly clusterName?: string;
  readonly output: 'text' | 'json';
}

/** `causeway cluster token`: what somebody needs to let a cluster join by pull. */
export const token = (): Command =>
  new Command('token')
    .description('Makes a bootstrap token and prints the command that joins a cluster with it, by pull. The token can do nothing else.')
    .option('--ttl <duration>', 'how long it can be used', parseSeconds(60, 365 * 86_400), 86_400)
    .option('--cluster-name <name>', 'the one cluster it is for; it may also replace an agent that had joined before', parseClusterName)
    .addOption(outputOption())
    .action(async (flags: TokenFlags) => {
      const { createBootstrapToken, publicKeyHash } = await import('../../app/bootstrap-token.ts');
      const hubFlags = { dataDir: flags.dataDir, ...(flags.hubKubeconfig === undefined ? {} : { kubeconfig: flags.hubKubeconfig }) };
      const { server, certificateAuthority } = await targetOfHub(hubFlags);
      const hub = await connectHub(hubFlags);
      try {
        const { ttl: ttlSeconds, clusterName } = flags;
        const made = await createBootstrapToken(hub, { ttlSeconds, ...(clusterName === undefined ? {} : { clusterName }) });
        const hash = certificateAuthority === undefined ? undefined : publicKeyHash(certificateAuthority);
        const words = ['causeway agent', `--hub ${server}`, ...(hash === undefined ? [] : [`--hub-ca-hash ${hash}`])];
        words.push(`--token ${made.token}`, `--cluster-name ${clusterName ?? 'NAME'}`, '--kubeconfig MEMBER-KUBECONFIG');
        const command = words.join(' ');
        const answer = { ...made, hub: server, ...(hash === undefined ? {} : { hubCaHash: hash }), command };
        process.stdout.write(
          flags.output === 'json'
            ? `${JSON.stringify(answer)}\n`
            : `Run beside the member, before ${made.expiresAt} (in a pod of it, leave --kubeconfig out):\n\n  ${command}\n`,
        );
      } finally {
        await hub.close();
      }
    });
