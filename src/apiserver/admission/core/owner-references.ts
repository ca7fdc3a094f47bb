import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { parseGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from '../../authorization/contract.ts';
import type { KindCatalog } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { refuse } from '../refuse.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const blocking = (references: readonly OwnerReference[] | undefined): readonly OwnerReference[] =>
  (references ?? []).filter((reference) => reference.blockOwnerDeletion === true);

const everyFinalizer = { group: '*', version: '*', resource: '*', subresource: 'finalizers', namespace: '', name: '*' };

/** OwnerReferencesPermissionEnforcement (off by default): owners are set only by those who could delete, or block deletion of, the objects. */
export const ownerReferencesPermissionEnforcement = (authorize: Authorize, catalog: KindCatalog): AdmissionPlugin => {
  const may = async (attributes: AdmissionAttributes, verb: string, resource: AuthorizationAttributes['resource']) =>
    authorize({ user: attributes.user, verb, ...(resource ? { resource } : {}) });

  const checkBlocking = async (attributes: AdmissionAttributes, reference: OwnerReference): Promise<void> => {
    const { group, version } = parseGroupVersion(reference.apiVersion);
    const owner = catalog.findKind(group, version, reference.kind);
    if (!owner) {
      throw refuse(
        attributes,
        `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${reference.apiVersion} Kind ${reference.kind}: no matches for kind "${reference.kind}" in version "${reference.apiVersion}"`,
      );
    }
    const namespace = owner.namespaced ? attributes.namespace : '';
    const target = { group, version, resource: owner.plural, subresource: 'finalizers', namespace, name: reference.name };
    const { decision, reason } = await may(attributes, 'update', target);
    if (decision !== 'allow') {
      const detail = `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${reason}, <nil>`;
      throw refuse(attributes, detail);
    }
  };

  return {
    name: 'OwnerReferencesPermissionEnforcement',
    handles: ({ operation, definition, subresource }) =>
      (operation === 'CREATE' || operation === 'UPDATE') &&
      !definition.virtual &&
      // Kubelets used to spoil them; a status changes no owners.
      !(subresource === 'status' && definition.plural === 'pods' && definition.group === ''),
    async validate(attributes) {
      const { definition, object, oldObject, namespace, name } = attributes;
      const now = object?.metadata?.ownerReferences;
      const before = oldObject?.metadata?.ownerReferences;
      if (!object || semanticEqual(now, before)) return;
      // Who creates an object had the power never to do so.
      if (attributes.operation !== 'CREATE') {
        const { group, version, plural: resource } = definition;
        const target = { group, version, resource, subresource: attributes.subresource, namespace, name };
        const { decision, reason } = await may(attributes, 'delete', target);
        if (decision !== 'allow') throw refuse(attributes, `cannot set an ownerRef on a resource you can't delete: ${reason}, <nil>`);
      }
      const known = new Set(blocking(before).map(({ uid }) => uid));
      const added = blocking(now).filter(({ uid }) => !known.has(uid));
      if (added.length === 0 || (await may(attributes, 'update', everyFinalizer)).decision === 'allow') return;
      for (const reference of added) await checkBlocking(attributes, reference);
    },
  };
};
