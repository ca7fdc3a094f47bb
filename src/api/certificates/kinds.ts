import { certificateSigningRequestCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { recordRequester } from './record-requester.ts';
import { keepDecisions } from './request-status.ts';
import { validateSigningRequest, validateSigningRequestStatus, validateSigningRequestUpdate } from './validation.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import type { CertificateSigningRequest } from './types.gen.ts';

export const certificatesKinds: GroupBehaviour = {
  certificatesigningrequests: {
    cells: certificateSigningRequestCells,
    strategy: strategyOf<CertificateSigningRequest>({
      prepareForCreate: recordRequester,
      prepareForUpdate: (request, old) => {
        request.spec = old.spec;
      },
      prepareForStatusUpdate: keepDecisions,
      validate: validateSigningRequest,
      validateUpdate: validateSigningRequestUpdate,
      validateStatusUpdate: validateSigningRequestStatus,
    }),
    selectableFields: fieldsOf<CertificateSigningRequest>({ 'spec.signerName': ({ spec }) => spec.signerName }),
  },
};
