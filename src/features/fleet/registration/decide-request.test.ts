import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CertificateSigningRequest } from '../../../api/certificates/types.gen.ts';
import { createCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import { agentGroup, agentUser, bootstrapGroup, bootstrapGroupFor } from '../api/agent.ts';
import type { Cluster } from '../api/cluster.ts';
import { decideRequest } from './decide-request.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const token = { username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', bootstrapGroup] };
const boundTo = (cluster: string) => ({ ...token, groups: [...token.groups, bootstrapGroupFor(cluster)] });
const agentOf = (cluster: string) => ({ username: agentUser(cluster), groups: [agentGroup, 'system:authenticated'] });

interface Asked {
  readonly commonName?: string;
  readonly organizations?: string[];
  readonly signerName?: string;
  readonly dnsNames?: string[];
}

const request = (who: { username: string; groups: string[] }, cluster: string, asked: Asked = {}): CertificateSigningRequest => {
  const {
    commonName = agentUser(cluster),
    organizations = [agentGroup],
    signerName = 'kubernetes.io/kube-apiserver-client',
    dnsNames,
  } = asked;
  const pem = createCertificateRequest({ subject: { commonName, organizations }, ...(dnsNames ? { dnsNames } : {}) }, keys);
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r' },
    spec: { ...who, request: Buffer.from(pem).toString('base64'), signerName, usages: ['client auth'] },
  };
};

const cluster = (name: string, syncMode: 'Push' | 'Pull', deletionTimestamp?: string): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, ...(deletionTimestamp ? { deletionTimestamp } : {}) },
  spec: { syncMode },
});

const fleet = [cluster('east', 'Pull'), cluster('west', 'Push'), cluster('gone', 'Pull', '2026-01-01T00:00:00Z')];
const decide = (made: CertificateSigningRequest) => decideRequest(made, (name) => fleet.find(({ metadata }) => metadata.name === name));

test.each([
  ['a token, for a new name', request(token, 'new')],
  ['a token made for the cluster', request(boundTo('new'), 'new')],
  ['a token made for a cluster that has joined: its agent is replaced', request(boundTo('east'), 'east')],
  ['an agent that renews', request(agentOf('east'), 'east')],
])('%s is granted', (_, made) => expect(decide(made)).toMatchObject({ approve: true }));

test.each([
  ['a name that is taken', request(token, 'east'), 'ClusterExists'],
  ['another cluster than the token was made for', request(boundTo('new'), 'newer'), 'TokenForAnotherCluster'],
  ['a cluster joined by push', request(boundTo('west'), 'west'), 'ClusterIsPushed'],
  ['a cluster that is leaving', request(agentOf('gone'), 'gone'), 'ClusterLeaving'],
  ["another agent's certificate", request(agentOf('east'), 'new'), 'AnotherCluster'],
  ['renewal after the cluster has left', request(agentOf('left'), 'left'), 'ClusterGone'],
  ["an administrator's certificate", request(token, 'new', { commonName: 'kubernetes-admin' }), 'NotAnAgentCertificate'],
  ['one more group', request(token, 'new', { organizations: [agentGroup, 'devs'] }), 'NotAnAgentCertificate'],
  ['a name for a server', request(token, 'new', { dnsNames: ['hub'] }), 'NotAnAgentCertificate'],
  ['another signer', request(token, 'new', { signerName: 'kubernetes.io/kubelet-serving' }), 'NotAnAgentCertificate'],
  ['a name that is none', request(token, 'Not_A_Name'), 'NotAnAgentCertificate'],
])('%s is denied', (_, made, reason) => expect(decide(made)).toMatchObject({ approve: false, reason }));

test.each([
  ['an administrator', request({ username: 'admin', groups: ['system:masters'] }, 'new')],
  ['a token of kubeadm', request({ username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] }, 'new')],
  ['somebody who only claims the group', request({ username: 'mallory', groups: [bootstrapGroup] }, 'new')],
])('what %s asks is not decided here', (_, made) => expect(decide(made)).toBeUndefined());
