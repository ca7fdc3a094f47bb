import { certificateSigningRequestCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { recordRequester } from './record-requester.ts';
import { validateSigningRequest, validateSigningRequestUpdate } from './validation.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

export const certificatesKinds: GroupBehaviour = {
  certificatesigningrequests: {
    cells: certificateSigningRequestCells,
    strategy: strategyOf<CertificateSigningRequest>({
      prepareForCreate: recordRequester,
      validate: validateSigningRequest,
      validateUpdate: validateSigningRequestUpdate,
    }),
    selectableFields: fieldsOf<CertificateSigningRequest>({ 'spec.signerName': ({ spec }) => spec.signerName }),
  },
};
