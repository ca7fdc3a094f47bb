import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { forbiddenField } from '../../../apimachinery/validation/field-errors.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { StorageHook } from '../../registry/storage-hook.ts';
import { validateChange, validateNew } from '../../registry/validate-object.ts';
import { coreResource } from '../refuse.ts';

const label = 'resource.kubernetes.io/admin-access';

interface Requests {
  readonly devices?: { readonly requests?: readonly { readonly exactly?: { readonly adminAccess?: boolean } }[] };
}
interface DeviceFields {
  readonly spec?: Requests & { readonly spec?: Requests };
  readonly status?: { readonly allocation?: { readonly devices?: { readonly results?: readonly { readonly adminAccess?: boolean }[] } } };
}

const firstAt = (path: string, list: readonly (boolean | undefined)[] | undefined): string | undefined => {
  const index = list?.indexOf(true) ?? -1;
  return index < 0 ? undefined : `${path}[${index}].adminAccess`;
};

const requestedAt = (object: UnstructuredObject): string | undefined => {
  const { spec } = object as unknown as DeviceFields;
  const requests = (spec?.spec ?? spec)?.devices?.requests;
  return firstAt(
    'spec.devices.requests',
    requests?.map(({ exactly }) => exactly?.adminAccess),
  );
};

const grantedAt = (object: UnstructuredObject): string | undefined =>
  firstAt(
    'status.allocation.devices.results',
    (object as unknown as DeviceFields).status?.allocation?.devices?.results?.map(({ adminAccess }) => adminAccess),
  );

/** Access to devices that are in use is for namespaces with a label for it (KEP-5018): new claims and templates, and what is allocated. */
export const adminAccess = (api: Pick<InternalApi, 'get'>): StorageHook => ({
  handles: ({ definition: { group, plural } }) => group === 'resource.k8s.io' && plural.startsWith('resourceclaim'),
  async reserve(request, { object, old }) {
    const { definition, namespace, subresource } = request;
    if (!object || (old && subresource !== 'status')) return undefined;
    const at = old ? (grantedAt(old) === undefined ? grantedAt(object) : undefined) : requestedAt(object);
    if (at === undefined) return undefined;
    const found = await api.get(coreResource('namespaces'), namespace);
    if (found?.metadata.labels?.[label] === 'true') return undefined;
    const errors = [forbiddenField(at, `admin access to devices requires the \`${label}: true\` label on the containing namespace`)];
    // What else is wrong is told with it.
    if (old) validateChange(request, { object, old }, errors);
    else validateNew(definition, object, errors);
    return undefined;
  },
});
