import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePem, encodePem } from '../../apimachinery/x509/pem.ts';
import type { StaticToken } from '../../apiserver/contract.ts';
import type { TlsFiles } from '../follow-tls-files.ts';
import type { GivenCredentials } from '../given-credentials.ts';

/** kube-apiserver's flags that name certificates, keys and tokens in files. */
export interface CredentialFlags {
  /** Its apiserver.crt and apiserver.key are the serving pair when the two flags below are not given. */
  readonly certDir: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly clientCaFile?: string;
  readonly tokenAuthFile?: string;
  readonly serviceAccountIssuer?: readonly string[];
  readonly serviceAccountKeyFile?: readonly string[];
  readonly serviceAccountSigningKeyFile?: string;
  readonly apiAudiences?: readonly string[];
}

const read = (path: string): string => readFileSync(path, 'utf8');

const servingFiles = ({ certDir, tlsCertFile, tlsPrivateKeyFile }: CredentialFlags): TlsFiles['serving'] | undefined => {
  if ((tlsCertFile === undefined) !== (tlsPrivateKeyFile === undefined))
    throw new Error('serving certificate: --tls-cert-file and --tls-private-key-file belong together');
  const [certificate, key] = [tlsCertFile ?? join(certDir, 'apiserver.crt'), tlsPrivateKeyFile ?? join(certDir, 'apiserver.key')];
  return tlsCertFile === undefined && !(existsSync(certificate) && existsSync(key)) ? undefined : { certificate, key };
};

/** Those of the files that are read again when they change. @throws Error */
export const tlsFilesOf = (flags: CredentialFlags): TlsFiles => {
  const serving = servingFiles(flags);
  return {
    ...(serving ? { serving } : {}),
    ...(flags.clientCaFile === undefined ? {} : { clientAuthorities: flags.clientCaFile }),
  };
};

const publicKey = /^(PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE|(RSA |EC )?PRIVATE KEY)$/;

/** Every key of a file, as text of its own. */
const keysOf = (path: string): string[] => {
  const keys = decodePem(read(path)).filter(({ label }) => publicKey.test(label));
  if (keys.length === 0) throw new Error(`${path}: no public key or certificate in PEM`);
  return keys.map(({ label, der }) => encodePem(label, der));
};

/** Fields of a line of comma-separated values (RFC 4180). */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '',
  );

/** `token,user,uid,"group1,group2"`, a line each. @throws Error */
export const parseTokens = (text: string, path: string): StaticToken[] =>
  text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [token, username, uid, groups = ''] = fieldsOf(line);
    if (!token || !username || uid === undefined)
      throw new Error(`${path}: line ${index + 1} must have at least 3 columns (token, user name, user uid)`);
    return [
      {
        token,
        username,
        uid,
        groups: groups
          .split(',')
          .map((group) => group.trim())
          .filter(Boolean),
      },
    ];
  });

/** Reads what the flags name. @throws Error when a file cannot be read as what it should be */
export const readCredentials = (flags: CredentialFlags): GivenCredentials => {
  const files = servingFiles(flags);
  const { clientCaFile, tokenAuthFile, serviceAccountIssuer, serviceAccountKeyFile, serviceAccountSigningKeyFile, apiAudiences } = flags;
  return {
    ...(files ? { serving: { certificate: read(files.certificate), key: read(files.key) } } : {}),
    ...(clientCaFile === undefined ? {} : { clientAuthorities: read(clientCaFile) }),
    ...(tokenAuthFile === undefined ? {} : { tokens: parseTokens(read(tokenAuthFile), tokenAuthFile) }),
    serviceAccounts: {
      ...(serviceAccountIssuer ? { issuers: serviceAccountIssuer } : {}),
      ...(apiAudiences ? { audiences: apiAudiences } : {}),
      ...(serviceAccountSigningKeyFile === undefined ? {} : { signingKey: read(serviceAccountSigningKeyFile) }),
      ...(serviceAccountKeyFile ? { verificationKeys: serviceAccountKeyFile.flatMap(keysOf) } : {}),
    },
  };
};
