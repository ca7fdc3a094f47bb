import { randomBytes } from 'node:crypto';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { isPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { podReferences } from '../../authorization/node/references.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { coreResource, isFor, refuse } from '../refuse.ts';
import { forbiddenSecretReference } from './mountable-secrets.ts';
import { asPod, type Container, type Pod } from './pod-types.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
const defaultName = 'default';
const mirrorAnnotation = 'kubernetes.io/config.mirror';
const serviceAccounts = coreResource('serviceaccounts');
const attempts = 10;
const attemptMilliseconds = 100;

const suffix = (): string => Array.from(randomBytes(5), (byte) => 'bcdfghjklmnpqrstvwxz2456789'[byte % 27]).join('');

const tokenVolume = (name: string): NonNullable<Pod['spec']['volumes']>[number] => ({
  name,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ] as { serviceAccountToken?: unknown }[],
  },
});

/** Mounts the token into every container that has nothing at its path; adds the volume only when one needs it. */
const mountToken = ({ spec }: Pod): void => {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
  const name = existing?.name ?? `${volumePrefix}${suffix()}`;
  let needed = false;
  const mount = (container: Container): void => {
    if (container.volumeMounts?.some((other) => other.mountPath === mountPath)) return;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
    needed = true;
  };
  spec.initContainers?.forEach(mount);
  spec.containers.forEach(mount);
  if (needed && !existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
};

const mirrorObjection = (object: UnstructuredObject): string | undefined => {
  const { spec } = asPod(object);
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts';
  if (podReferences(object).secrets.size > 0) return 'a mirror pod may not reference secrets';
  const projectsToken = spec.volumes?.some(({ projected }) => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken));
  return projectsToken ? 'a mirror pod may not use ServiceAccountToken volume projections' : undefined;
};

/** Gives every pod a service account, its token and its image pull secrets. */
export const serviceAccount = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(serviceAccounts);
  /** The default account is made by a controller right after its namespace: wait a moment for it. */
  const find = async (attributes: AdmissionAttributes, name: string): Promise<UnstructuredObject> => {
    const wrong = isPathSegmentName(name);
    if (wrong.length > 0) {
      const problem = `invalid resource name ${goQuote(name)}: [${wrong.join(', ')}]`;
      throw refuse(attributes, `error looking up service account ${attributes.namespace}/${name}: ${problem}`);
    }
    const tries = name === defaultName ? attempts : 1;
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, attemptMilliseconds));
      const account = cache.get(name, attributes.namespace) ?? (await api.get(serviceAccounts, name, attributes.namespace));
      if (account) return account;
    }
    throw refuse(attributes, `error looking up service account ${attributes.namespace}/${name}: serviceaccount "${name}" not found`);
  };
  return {
    name: 'ServiceAccount',
    handles: (attributes) =>
      (attributes.operation === 'CREATE' && isFor(attributes, '', 'pods')) ||
      (attributes.operation === 'UPDATE' && isFor(attributes, '', 'pods', 'ephemeralcontainers')),
    async admit(attributes) {
      if (attributes.operation !== 'CREATE' || !attributes.object) return;
      const pod = asPod(attributes.object);
      if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) {
        const objection = mirrorObjection(attributes.object);
        if (objection) throw refuse(attributes, objection);
        return;
      }
      const { spec } = pod;
      if (!spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount || defaultName;
      spec.serviceAccount = spec.serviceAccountName;
      const account = await find(attributes, spec.serviceAccountName);
      const automount = spec.automountServiceAccountToken ?? account['automountServiceAccountToken'] ?? true;
      if (automount === true) mountToken(pod);
      const pullSecrets = account['imagePullSecrets'] as { name: string }[] | undefined;
      if (!spec.imagePullSecrets?.length && pullSecrets?.length) spec.imagePullSecrets = pullSecrets.map(({ name }) => ({ name }));
    },
    async validate(attributes) {
      if (!attributes.object) return;
      const pod = asPod(attributes.object);
      if (attributes.operation === 'CREATE' && pod.metadata.annotations?.[mirrorAnnotation] !== undefined) {
        const objection = mirrorObjection(attributes.object);
        if (objection) throw refuse(attributes, objection);
        return;
      }
      const account = await find(attributes, pod.spec.serviceAccountName || defaultName);
      if (account.metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'] !== 'true') return;
      const objection = forbiddenSecretReference(pod.spec, account);
      if (objection) throw refuse(attributes, objection);
    },
  };
};
