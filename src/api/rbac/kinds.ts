import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultRoleBinding } from './defaults.ts';

export const rbacKinds: GroupBehaviour = {
  roles: { strategy: { allowCreateOnUpdate: true } },
  clusterroles: { strategy: { allowCreateOnUpdate: true } },
  rolebindings: { strategy: strategyOf({ allowCreateOnUpdate: true, applyDefaults: defaultRoleBinding }) },
  clusterrolebindings: { strategy: strategyOf({ allowCreateOnUpdate: true, applyDefaults: defaultRoleBinding }) },
};
