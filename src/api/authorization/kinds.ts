import type { GroupBehaviour } from '../kind-behaviour.ts';

export const authorizationKinds: GroupBehaviour = {
  subjectaccessreviews: { virtual: true },
  localsubjectaccessreviews: { virtual: true },
  selfsubjectaccessreviews: { virtual: true },
  selfsubjectrulesreviews: { virtual: true },
};
