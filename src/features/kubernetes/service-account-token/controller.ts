import type { Secret, ServiceAccount } from '../../../api/core/types.gen.ts';
import { secretsRef, serviceAccountsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { accountOf, isUnused, lastUsedLabel, invalidSinceLabel } from './token-secret.ts';

const dayMilliseconds = 24 * 3_600_000;

/** Token Secrets go with their ServiceAccount; those made automatically that nobody used for a year are invalidated, then removed (KEP-2799). */
export const addServiceAccountTokenController = (manager: Manager): void => {
  const { client, clock } = manager;
  const accounts = manager.informer<ServiceAccount>(serviceAccountsRef);
  const secrets = manager.informer<Secret>(secretsRef, { fieldSelector: 'type=kubernetes.io/service-account-token' });
  secrets.addIndex('account', (secret) => [accountOf(secret)?.key ?? '']);
  const secretClient = client.resource<Secret>(secretsRef);
  const accountClient = client.resource<ServiceAccount>(serviceAccountsRef);

  const retire = async (secret: Secret, account: ServiceAccount): Promise<void> => {
    const automatic = account.secrets?.some(({ name }) => name === secret.metadata.name) ?? false;
    if (!automatic || !isUnused(secret, clock.now())) return;
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const since = secret.metadata.labels?.[invalidSinceLabel];
    if (since === undefined) {
      const labels = { ...secret.metadata.labels, [invalidSinceLabel]: today };
      await secretClient.update({ ...secret, metadata: { ...secret.metadata, labels } });
    } else if (clock.now() - Date.parse(since) > 365 * dayMilliseconds) await deleteObject(secretClient, secret);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const secret = secrets.byKey(key);
    const owner = secret && accountOf(secret);
    if (!secret || !owner || secret.metadata.deletionTimestamp) return undefined;
    const cached = accounts.byKey(owner.key);
    // The cache may be behind: a new account's token must not be deleted.
    const account = cached ?? (await accountClient.find(owner.name, secret.metadata.namespace));
    if (!account || (owner.uid !== undefined && owner.uid !== account.metadata.uid)) {
      await deleteObject(secretClient, secret);
      return undefined;
    }
    await retire(secret, account);
    return { requeueAfterSeconds: dayMilliseconds / 1000 };
  };

  manager.addController({
    name: 'serviceaccount-token',
    watches: [
      watch(secrets, ({ object, old }) =>
        object.metadata.labels?.[lastUsedLabel] !== undefined && old?.metadata.labels?.[lastUsedLabel] !== undefined ? [] : [keyOf(object)],
      ),
      watch(accounts, ({ type, object }) => (type === 'deleted' ? secrets.byIndex('account', keyOf(object)).map(keyOf) : [])),
    ],
    reconcile,
  });
};
