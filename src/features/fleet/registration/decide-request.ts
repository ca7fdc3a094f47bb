import type { CertificateSigningRequest } from '../../../api/certificates/types.gen.ts';
import { parseCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import { signerNames } from '../../../apimachinery/x509/kubernetes-signers.ts';
import { clusterNameObjection } from '../api/cluster-name.ts';
import { agentGroup, agentUser, bootstrapGroup, bootstrapGroupFor, clusterOfAgentUser } from '../api/agent.ts';
import type { Cluster } from '../api/cluster.ts';

/** What becomes of a request. Undefined: somebody else decides. */
export type Decision =
  | { readonly approve: true; readonly cluster: string }
  | { readonly approve: false; readonly reason: string; readonly message: string }
  | undefined;

const deny = (reason: string, message: string): Decision => ({ approve: false, reason, message });

/**
 * Whether an agent's request for a client certificate is granted: by a bootstrap token for a cluster that nobody else has joined (or that
 * the token was made for), or by the agent's own certificate, which renews itself. Requests of other people are not decided here. Pure.
 */
export const decideRequest = ({ spec }: CertificateSigningRequest, find: (cluster: string) => Cluster | undefined): Decision => {
  const groups = spec.groups ?? [];
  const bootstrapping = groups.includes(bootstrapGroup) && (spec.username ?? '').startsWith('system:bootstrap:');
  const renewing = groups.includes(agentGroup) ? clusterOfAgentUser(spec.username ?? '') : undefined;
  if (!bootstrapping && renewing === undefined) return undefined;
  const asked = subjectCluster(spec);
  if (typeof asked !== 'string') return deny('NotAnAgentCertificate', asked.objection);
  const cluster = find(asked);
  if (renewing !== undefined) {
    if (renewing !== asked) return deny('AnotherCluster', `the agent of cluster ${renewing} asked for a certificate of cluster ${asked}`);
    return cluster ? settled(cluster, asked) : deny('ClusterGone', `cluster ${asked} has left the fleet: join it again with a new token`);
  }
  const bound = groups.filter((group) => group.startsWith(`${bootstrapGroup}:`));
  const named = bound.includes(bootstrapGroupFor(asked));
  if (bound.length > 0 && !named) return deny('TokenForAnotherCluster', `this bootstrap token was made for another cluster than ${asked}`);
  if (cluster && !named)
    return deny(
      'ClusterExists',
      `cluster ${asked} has joined already: choose another name, or make a token for it: causeway cluster token --cluster-name ${asked}`,
    );
  return cluster ? settled(cluster, asked) : { approve: true, cluster: asked };
};

const settled = ({ metadata, spec }: Cluster, cluster: string): Decision => {
  if (spec.syncMode !== 'Pull') return deny('ClusterIsPushed', `cluster ${cluster} is joined by push: remove it first`);
  if (metadata.deletionTimestamp) return deny('ClusterLeaving', `cluster ${cluster} is leaving the fleet: try again when it is gone`);
  return { approve: true, cluster };
};

/** The cluster whose agent the request's subject is; else what is wrong with it. */
const subjectCluster = (spec: CertificateSigningRequest['spec']): string | { readonly objection: string } => {
  if (spec.signerName !== signerNames.client) return { objection: `agents get certificates of the signer ${signerNames.client} only` };
  let request: ReturnType<typeof parseCertificateRequest>;
  try {
    request = parseCertificateRequest(Buffer.from(spec.request, 'base64').toString('utf8'));
  } catch (error) {
    return { objection: `the request cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const { commonName = '', organizations = [] } = request.subject;
  const cluster = clusterOfAgentUser(commonName);
  const alternatives = [...request.dnsNames, ...request.ipAddresses, ...request.emailAddresses, ...request.uris];
  if (cluster === undefined || organizations.join() !== agentGroup || alternatives.length > 0)
    return { objection: `the subject must be ${agentUser('NAME')} in ${agentGroup} alone` };
  const objection = clusterNameObjection(cluster);
  return objection === undefined ? cluster : { objection };
};
