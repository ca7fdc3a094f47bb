import { type BootstrapObjects, bootstrapObjects } from '../../api/bootstrap.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { rbacResource } from '../authorization/role-objects.ts';
import { type InternalApi, loopbackUser, type ObjectCache } from '../registry/contract.ts';
import { type Change, ensureObject, leaveAlone } from './ensure-object.ts';
import { reconcileFlowControl } from './reconcile-flow-control.ts';
import { bindsAnotherRole, reconcileBinding, reconcileRole } from './reconcile-rbac.ts';

const flowControl = (resource: string): GroupVersionResource => ({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', resource });

/** A deleted default object must not keep the server from starting. */
const maxShownMilliseconds = 5000;

interface Reconciler {
  readonly resource: GroupVersionResource;
  readonly change: Change;
}

const flowControlReconcilers: readonly Reconciler[] = [
  { resource: flowControl('prioritylevelconfigurations'), change: reconcileFlowControl },
  { resource: flowControl('flowschemas'), change: reconcileFlowControl },
];

/** Every default object's resource and how one that is there is kept up to date. */
const reconcilers: readonly Reconciler[] = [
  { resource: rbacResource('clusterroles'), change: reconcileRole },
  { resource: rbacResource('clusterrolebindings'), change: reconcileBinding },
  { resource: rbacResource('roles'), change: reconcileRole },
  { resource: rbacResource('rolebindings'), change: reconcileBinding },
  { resource: { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' }, change: leaveAlone },
  ...flowControlReconcilers,
];

/** Resolves when the cache shows all of them, so that the first request after the start is judged by them. */
const shown = async (cache: ObjectCache, objects: readonly UnstructuredObject[]): Promise<void> => {
  const isShown = (): boolean => objects.every(({ metadata }) => cache.get(metadata.name, metadata.namespace) !== undefined);
  if (isShown()) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, maxShownMilliseconds);
    const stop = cache.onChange(() => {
      if (isShown()) finish();
    });
  });
};

const namespaces: GroupVersionResource = { group: '', version: 'v1', resource: 'namespaces' };
export const systemNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'] as const;

/** The namespaces that always exist. */
export const ensureNamespaces = async (api: InternalApi): Promise<void> => {
  const cache = api.cache(namespaces);
  await cache.synced();
  const wanted = systemNamespaces.map((name): UnstructuredObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await Promise.all(
    wanted.map((namespace) =>
      ensureObject(api, namespace, { resource: namespaces, current: cache.get(namespace.metadata.name), change: leaveAlone }),
    ),
  );
};

/** Priority levels and flow schemas that somebody deleted come back, and are corrected where they may be. */
export const ensureFlowControlObjects = (api: InternalApi): Promise<void> => reconcile(api, flowControlReconcilers);

/** Roles, bindings, priority classes, flow schemas and priority levels, `more` among them: created where missing, corrected where they may be. */
export const ensureDefaultObjects = (api: InternalApi, more: BootstrapObjects = {}): Promise<void> => reconcile(api, reconcilers, more);

const reconcile = async (api: InternalApi, which: readonly Reconciler[], more: BootstrapObjects = {}): Promise<void> => {
  const common = bootstrapObjects();
  const defaultsOf = (resource: string): readonly UnstructuredObject[] => [...(common[resource] ?? []), ...(more[resource] ?? [])];
  await Promise.all(
    which.map(async ({ resource, change }) => {
      if (!api.catalog.find(resource)) return;
      const cache = api.cache(resource);
      await cache.synced();
      await Promise.all(
        defaultsOf(resource.resource).map(async (wanted) => {
          let current = cache.get(wanted.metadata.name, wanted.metadata.namespace);
          if (current && resource.resource.endsWith('bindings') && bindsAnotherRole(current, wanted)) {
            const { name, namespace } = wanted.metadata;
            await api.delete(resource, name, { user: loopbackUser, ...(namespace === undefined ? {} : { namespace }) });
            current = undefined;
          }
          await ensureObject(api, wanted, { resource, current, change });
        }),
      );
      await shown(cache, defaultsOf(resource.resource));
    }),
  );
};
