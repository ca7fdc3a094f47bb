import type { AdmissionPlugin } from '../contract.ts';
import { refuse } from '../refuse.ts';

/** AlwaysAdmit (off by default): changes nothing. */
export const alwaysAdmit: AdmissionPlugin = { name: 'AlwaysAdmit', handles: () => false };

/** AlwaysDeny (off by default): refuses every write. */
export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  handles: () => true,
  admit(attributes) {
    throw refuse(attributes, 'admission control is denying all modifications');
  },
};
