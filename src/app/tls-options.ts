import type { ListenOptions } from '../apiserver/listen/listen.ts';
import { cipherSuites } from './cipher-suites.ts';

/** A certificate's file, its key's, and the names it is for. */
export interface NamedFiles {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
}

/** kube-apiserver's flags of these names. */
export interface TlsFlags {
  readonly tlsMinVersion?: string;
  readonly tlsCipherSuites?: readonly string[];
  readonly tlsSniCertKey?: readonly NamedFiles[];
}

const versions = { VersionTLS10: 'TLSv1', VersionTLS11: 'TLSv1.1', VersionTLS12: 'TLSv1.2', VersionTLS13: 'TLSv1.3' } as const;

/** How connections are kept secret. @throws {Error} that says which flag is wrong */
export const tlsSettings = ({ tlsMinVersion, tlsCipherSuites }: TlsFlags): NonNullable<ListenOptions['tls']> => {
  const minVersion = tlsMinVersion === undefined ? undefined : versions[tlsMinVersion as keyof typeof versions];
  if (tlsMinVersion !== undefined && minVersion === undefined)
    throw new Error(`--tls-min-version: unknown tls version ${JSON.stringify(tlsMinVersion)}`);
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(tlsCipherSuites?.length ? { ciphers: cipherSuites(tlsCipherSuites) } : {}),
  };
};

/** `CERTIFICATE,KEY` or `CERTIFICATE,KEY:NAME,NAME`. @throws {Error} when it is neither */
export const parseNamedFiles = (text: string): NamedFiles => {
  const colon = text.indexOf(':');
  const [files, names] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  const [certificate = '', key = '', more] = files.split(',').map((path) => path.trim());
  if (certificate === '' || key === '' || more !== undefined) throw new Error('expected comma separated certificate and key file paths');
  const wanted = names.split(',').map((name) => name.trim());
  return { certificate, key, names: wanted.filter((name) => name !== '') };
};
