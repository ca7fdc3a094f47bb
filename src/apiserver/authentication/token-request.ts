import { badRequest, conflict, invalidObject, notFound } from '../../apimachinery/errors/api-errors.ts';
import { parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { InternalApi } from '../registry/contract.ts';
import { type SigningKey, signJwt } from './jwt.ts';
import { boundClaims, type KubernetesClaims } from './service-account-claims.ts';

export interface TokenRequestOptions {
  readonly api: Pick<InternalApi, 'get'>;
  readonly key: SigningKey;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface BoundObjectReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

interface TokenRequestSpec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number | null;
  readonly boundObjectRef?: BoundObjectReference;
}

const requestKind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const core = (resource: string): { group: string; version: string; resource: string } => ({ group: '', version: 'v1', resource });
/** What kubelets ask for; such tokens live a year, and use after this long is counted as stale (KEP-1205). */
const kubeletExpirationSeconds = 3607;
const extendedExpirationSeconds = 365 * 24 * 3600;

const validate = (spec: TokenRequestSpec): FieldError[] => {
  // Protobuf clients send null where they leave it out.
  const expirationSeconds = spec.expirationSeconds ?? 3600;
  const field = 'spec.expirationSeconds';
  if (expirationSeconds < 600) return [invalid(field, expirationSeconds, 'may not specify a duration less than 10 minutes')];
  if (expirationSeconds > 2 ** 32) return [invalid(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
};

const claimOf = ({ metadata }: UnstructuredObject): { name: string; uid: string } => ({ name: metadata.name, uid: metadata.uid ?? '' });

/** Looks up what the token is to be bound to. @throws StatusError NotFound, BadRequest, Conflict */
const bind = async (
  api: Pick<InternalApi, 'get'>,
  ref: BoundObjectReference,
  account: { readonly namespace: string; readonly name: string },
): Promise<Pick<KubernetesClaims, 'pod' | 'node' | 'secret'>> => {
  const { group, version } = parseGroupVersion(ref.apiVersion ?? '');
  const resource = group === '' ? ({ Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as Record<string, string>)[ref.kind ?? ''] : undefined;
  if (resource === undefined) throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${ref.kind ?? ''}`);
  const name = ref.name ?? '';
  if (name === '') throw badRequest('Name parameter required.');
  const object = await api.get(core(resource), name, resource === 'nodes' ? undefined : account.namespace);
  if (!object) throw notFound({ group: '', resource }, name);
  const spec = (object['spec'] ?? {}) as { serviceAccountName?: string; nodeName?: string };
  if (resource === 'pods' && spec.serviceAccountName !== account.name) {
    throw badRequest(`cannot bind token for serviceaccount ${goQuote(account.name)} to pod running with different serviceaccount name.`);
  }
  if (ref.uid && ref.uid !== object.metadata.uid) {
    const reason = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', resource: ref.kind ?? '' }, name, reason);
  }
  if (resource === 'secrets') return { secret: claimOf(object) };
  if (resource === 'nodes') return { node: claimOf(object) };
  if (!spec.nodeName) return { pod: claimOf(object) };
  const node = await api.get(core('nodes'), spec.nodeName);
  return { pod: claimOf(object), node: node ? claimOf(node) : { name: spec.nodeName } };
};

/** The account that a token is asked for. @throws StatusError Invalid, NotFound, Conflict */
const accountOf = async (
  api: Pick<InternalApi, 'get'>,
  { metadata }: UnstructuredObject,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<UnstructuredObject> => {
  const mismatch = (field: 'name' | 'namespace', actual: string): FieldError[] => {
    const given = metadata[field];
    return given && given !== actual ? [invalid(`metadata.${field}`, given, `must match the service account ${field} if specified`)] : [];
  };
  const mismatches = [...mismatch('name', name), ...mismatch('namespace', namespace)].slice(0, 1);
  if (mismatches.length > 0) throw invalidObject(requestKind, name, mismatches);
  const account = await api.get(core('serviceaccounts'), name, namespace);
  if (!account) throw notFound({ group: '', resource: 'serviceaccounts' }, name);
  const { uid } = metadata;
  if (uid && uid !== account.metadata.uid) {
    const reason = `the UID in the token request (${uid}) does not match the UID of the service account (${account.metadata.uid})`;
    throw conflict({ group: requestKind.group, resource: requestKind.kind }, name, reason);
  }
  return account;
};

/** `serviceaccounts/token`: signs a token for a service account, bound to an audience, a time and, if asked, an object (KEP-1205). */
export const tokenRequestRoute = ({ api, key, issuer, audiences, now }: TokenRequestOptions): SubresourceRoute => ({
  group: '',
  resource: 'serviceaccounts',
  subresource: 'token',
  async handle(request) {
    const { namespace, name } = request;
    const at = now();
    const seconds = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z/, 'Z');
    // Those who judge see what is asked for whom, once that is known and fits.
    const asked = await request.object(async (object) => {
      const { uid = '' } = (await accountOf(api, object, request)).metadata;
      Object.assign(object.metadata, { name, namespace, uid, creationTimestamp: seconds(at) });
      const spec = (object['spec'] ??= {}) as TokenRequestSpec;
      object['spec'] = { ...spec, audiences: spec.audiences?.length ? spec.audiences : audiences };
      object['status'] = { token: '', expirationTimestamp: null };
      const errors = validate(spec);
      if (errors.length > 0) throw invalidObject(requestKind, '', errors);
    });
    const spec = (asked['spec'] ?? {}) as TokenRequestSpec;
    const wanted = spec.audiences ?? [];
    const bound = spec.boundObjectRef ? await bind(api, spec.boundObjectRef, { namespace, name }) : {};
    const expirationSeconds = spec.expirationSeconds ?? 3600;
    const extend =
      bound.pod !== undefined && expirationSeconds === kubeletExpirationSeconds && wanted.every((audience) => audiences.includes(audience));
    const claims = boundClaims(
      { namespace, serviceaccount: claimOf(asked), ...bound },
      {
        issuer,
        audiences: wanted,
        now: at,
        expirationSeconds: extend ? extendedExpirationSeconds : expirationSeconds,
        ...(extend ? { warnAfterSeconds: expirationSeconds } : {}),
      },
    );
    if (claims.jti !== undefined) request.annotate?.('authentication.kubernetes.io/issued-credential-id', `JTI=${claims.jti}`);
    return request.respond(201, {
      ...asked,
      spec: { ...spec, expirationSeconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token: signJwt(claims, key), expirationTimestamp: seconds(at + expirationSeconds * 1000) },
    });
  },
});
