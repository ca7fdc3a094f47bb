import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePem, encodePem } from '../apimachinery/x509/pem.ts';
import { parseCertificate } from '../apimachinery/x509/parse-certificate.ts';
import { clusterOfAgentUser } from '../features/fleet/api/agent.ts';
import type { CredentialSource } from '../client/http/options.ts';
import { writePrivateFile } from './run-state.ts';

interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** An agent's client certificate, kept as one file that only its owner reads: certificate and key are replaced together. */
export interface AgentCredentials extends CredentialSource {
  /** Undefined before the agent has joined. */
  current(): KeyedCertificate | undefined;
  adopt(pair: KeyedCertificate): void;
}

const fileName = 'hub-client.pem';

/** @throws {Error} when the directory belongs to another cluster's agent, or the file is not readable as what it should be */
export const loadAgentCredentials = (directory: string, cluster: string): AgentCredentials => {
  const path = join(directory, fileName);
  let pair = existsSync(path) ? readPair(path, cluster) : undefined;
  return {
    current: () => pair,
    get: () => Promise.resolve(pair ?? {}),
    adopt: (renewed) => {
      writePrivateFile(path, `${renewed.certificate}${renewed.key}`);
      pair = renewed;
    },
  };
};

const readPair = (path: string, cluster: string): KeyedCertificate => {
  const blocks = decodePem(readFileSync(path, 'utf8'));
  const certificate = blocks.find(({ label }) => label === 'CERTIFICATE');
  const key = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (!certificate || !key) throw new Error(`${path}: it holds no certificate with its key: remove it and join again with --token`);
  const owner = clusterOfAgentUser(parseCertificate(certificate.der).subject.commonName ?? '');
  if (owner !== cluster)
    throw new Error(`${path}: it belongs to the agent of cluster ${owner ?? '?'}, not ${cluster}: use another --data-dir`);
  return { certificate: encodePem('CERTIFICATE', certificate.der), key: encodePem(key.label, key.der) };
};
