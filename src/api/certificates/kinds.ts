import { certificateSigningRequestCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { fieldsOf } from '../typed.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

export const certificatesKinds: GroupBehaviour = {
  certificatesigningrequests: {
    cells: certificateSigningRequestCells,
    selectableFields: fieldsOf<CertificateSigningRequest>({ 'spec.signerName': ({ spec }) => spec.signerName }),
  },
};
