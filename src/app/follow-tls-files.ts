import type { NamedCertificate } from '../apiserver/listen/named-certificates.ts';
import type { Listener, ServingCertificate, TlsIdentity } from '../apiserver/listen/listen.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import { type FollowedFile, followFiles } from './followed-file.ts';
import type { NamedFiles } from './tls-options.ts';

/** Files in PEM that others renew while the server runs. */
export interface TlsFiles {
  readonly serving?: { readonly certificate: string; readonly key: string };
  readonly clientAuthorities?: string;
  readonly named?: readonly NamedFiles[];
}

const pairOf = ([certificate = '', key = '']: readonly string[]): ServingCertificate => ({ certificate, key });

/** The files as they are now, and the listener told of what becomes of them: `begin` once it listens. @throws {Error} when one cannot be read */
export const followTlsFiles = (
  { serving, clientAuthorities, named = [] }: TlsFiles,
  log: Logger,
): { readonly identity: Partial<TlsIdentity>; begin(listener: Pick<Listener, 'replace'>): void; stop(): void } => {
  let listener: Pick<Listener, 'replace'> | undefined;
  const followed: FollowedFile<unknown>[] = [];
  const follow = <T>(paths: readonly string[], parse: (texts: readonly string[]) => T): FollowedFile<T> => {
    const onReload = (error: unknown): void => {
      try {
        if (error !== undefined) throw error;
        listener?.replace(identity());
        log.info('reloaded certificates', { files: paths.join(',') });
      } catch (thrown) {
        // A certificate is often written before its key: the next look finds both.
        log.warn('reload certificates: what was there before stays', { files: paths.join(','), error: (thrown as Error).message });
      }
    };
    const file = followFiles(paths, { parse, onReload });
    followed.push(file);
    return file;
  };
  const pair = serving && follow([serving.certificate, serving.key], pairOf);
  const authorities = clientAuthorities === undefined ? undefined : follow([clientAuthorities], ([text = '']) => [text]);
  const others = named.map(({ certificate, key, names }) =>
    follow([certificate, key], (texts): NamedCertificate => ({ ...pairOf(texts), names })),
  );
  const identity = (): Partial<TlsIdentity> => ({
    ...(pair ? { serving: pair.current } : {}),
    ...(authorities ? { clientAuthorities: authorities.current } : {}),
    ...(others.length > 0 ? { named: others.map(({ current }) => current) } : {}),
  });
  return {
    identity: identity(),
    begin: (listening) => {
      listener = listening;
    },
    stop: () => {
      for (const file of followed) file.stop();
    },
  };
};
