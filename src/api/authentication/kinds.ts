import type { GroupBehaviour } from '../kind-behaviour.ts';

export const authenticationKinds: GroupBehaviour = {
  tokenreviews: { virtual: true },
  selfsubjectreviews: { virtual: true },
};
