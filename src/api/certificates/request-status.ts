import type { CertificateSigningRequest } from './types.gen.ts';

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** Conditions say when they were written and when they became what they are. In place. */
export const timeConditions = ({ status }: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  for (const condition of status?.conditions ?? []) {
    condition.lastUpdateTime ??= now();
    condition.lastTransitionTime ??=
      old.status?.conditions?.find(({ type, status: state }) => type === condition.type && state === condition.status)
        ?.lastTransitionTime ?? now();
  }
};

/** A signer's status leaves the decision as it is. In place. */
export const keepDecisions = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  for (const decision of ['Approved', 'Denied']) {
    const before = (old.status?.conditions ?? []).filter(({ type }) => type === decision);
    const conditions = request.status?.conditions ?? [];
    const places = conditions.flatMap(({ type }, index) => (type === decision ? [index] : []));
    if (places.length !== before.length) continue;
    for (const [index, place] of places.entries()) {
      const kept = before[index];
      if (kept) conditions[place] = kept;
    }
  }
  timeConditions(request, old);
};
