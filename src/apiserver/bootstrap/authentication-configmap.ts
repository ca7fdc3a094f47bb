import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import type { IdentityOptions } from '../contract.ts';
import type { InternalApi } from '../registry/contract.ts';
import { ensureObject, leaveAlone } from './ensure-object.ts';

const configMaps = { group: '', version: 'v1', resource: 'configmaps' };

/** kube-system/extension-apiserver-authentication: what aggregated API servers need to trust clients and us. */
export const ensureAuthenticationConfigMap = async (api: InternalApi, identity: IdentityOptions): Promise<void> => {
  const { frontProxy, clientCertificateAuthority } = identity;
  const data = {
    'client-ca-file': clientCertificateAuthority.certificate,
    ...(frontProxy
      ? {
          'requestheader-allowed-names': '["front-proxy-client"]',
          'requestheader-client-ca-file': frontProxy.certificateAuthority.certificate,
          'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
          'requestheader-group-headers': '["X-Remote-Group"]',
          'requestheader-uid-headers': '["X-Remote-Uid"]',
          'requestheader-username-headers': '["X-Remote-User"]',
        }
      : {}),
  };
  const metadata = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
  await ensureObject(
    api,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
    {
      resource: configMaps,
      current: await api.get(configMaps, metadata.name, metadata.namespace),
      change: (object) => {
        if (semanticEqual(object['data'], data)) return false;
        object['data'] = data;
        return undefined;
      },
    },
  );
};

/** kube-system/kube-apiserver-legacy-service-account-token-tracking: since when the use of legacy tokens is recorded (KEP-2800). */
export const ensureTokenTrackingConfigMap = async (api: InternalApi, now: number): Promise<void> => {
  const metadata = { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' };
  const data = { since: new Date(now).toISOString().slice(0, 10) };
  const current = await api.get(configMaps, metadata.name, metadata.namespace);
  await ensureObject(api, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, { resource: configMaps, current, change: leaveAlone });
};
