import type { AdmissionPlugin } from '../admission/contract.ts';
import type { InternalApi } from '../registry/contract.ts';
import { type SigningKey, signJwt } from './jwt.ts';
import { legacyClaims } from './service-account-claims.ts';

const secretType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Fills Secrets of type kubernetes.io/service-account-token as they are written: token, namespace and the cluster's authority. The
 * original leaves that to a controller, a moment later; here the key does not leave the server.
 */
export const legacyTokenSecrets = (
  api: Pick<InternalApi, 'get'>,
  { key, certificateAuthority }: { readonly key: SigningKey; readonly certificateAuthority: string },
): AdmissionPlugin => ({
  name: 'ServiceAccountTokenSecret',
  handles: ({ definition, operation, object }) =>
    definition.plural === 'secrets' &&
    definition.group === '' &&
    (operation === 'CREATE' || operation === 'UPDATE') &&
    object?.['type'] === secretType,
  async admit({ object, namespace }) {
    const metadata = object?.metadata;
    const accountName = metadata?.annotations?.[nameAnnotation];
    if (!object || !metadata?.name || !accountName) return;
    const account = await api.get({ group: '', version: 'v1', resource: 'serviceaccounts' }, accountName, namespace);
    const uid = account?.metadata.uid;
    if (!uid || (metadata.annotations?.[uidAnnotation] ?? uid) !== uid) return;
    metadata.annotations = { ...metadata.annotations, [uidAnnotation]: uid };
    const data = (object['data'] ?? {}) as Record<string, string>;
    object['data'] = {
      'ca.crt': base64(certificateAuthority),
      namespace: base64(namespace),
      token: base64(signJwt(legacyClaims({ namespace, name: accountName, uid }, metadata.name), key)),
      ...data,
    };
  },
});
