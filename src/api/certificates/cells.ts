import { humanDuration } from '../../apimachinery/time/human-duration.ts';
import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

const condition = ({ status }: CertificateSigningRequest): string => {
  const has = (type: string) => status?.conditions?.some((candidate) => candidate.type === type) ?? false;
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
};

export const certificateSigningRequestCells = cellsOf<CertificateSigningRequest>((request, now) => {
  const { signerName, username, expirationSeconds } = request.spec;
  return [
    request.metadata.name,
    age(request, now),
    signerName || '<none>',
    username ?? '',
    expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000),
    condition(request),
  ];
});
