import type { Requester } from '../kind-definition.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

/** Writes who asks into a new request; what the client says about itself does not count. Whoever approves relies on it. */
export const recordRequester = ({ spec }: CertificateSigningRequest, { username, uid, groups, extra }: Requester): void => {
  for (const field of ['uid', 'groups', 'extra'] as const) delete spec[field];
  spec.username = username;
  if (uid) spec.uid = uid;
  if (groups.length > 0) spec.groups = [...groups];
  const details = Object.entries(extra ?? {});
  if (details.length > 0) spec.extra = Object.fromEntries(details.map(([key, values]) => [key, [...values]]));
};
