import type { Secret } from '../../../api/core/types.gen.ts';

const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
export const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
export const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since';

const yearMilliseconds = 365 * 24 * 3_600_000;

/** The account a token Secret is for; undefined for Secrets of other types. */
export const accountOf = ({
  metadata,
  type,
}: Secret): { readonly key: string; readonly name: string; readonly uid: string | undefined } | undefined => {
  const name = metadata.annotations?.[nameAnnotation];
  if (type !== 'kubernetes.io/service-account-token' || !name) return undefined;
  return { key: `${metadata.namespace ?? ''}/${name}`, name, uid: metadata.annotations?.[uidAnnotation] };
};

/** Neither made nor used within the last year. */
export const isUnused = ({ metadata }: Secret, now: number): boolean => {
  const created = Date.parse(metadata.creationTimestamp ?? '') || now;
  const used = Date.parse(metadata.labels?.[lastUsedLabel] ?? '') || created;
  return now - Math.max(created, used) > yearMilliseconds;
};
