import { roleBindingCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultRoleBinding } from './defaults.ts';

export const rbacKinds: GroupBehaviour = {
  roles: { strategy: { allowCreateOnUpdate: true } },
  clusterroles: { strategy: { allowCreateOnUpdate: true } },
  rolebindings: { cells: roleBindingCells, strategy: strategyOf({ allowCreateOnUpdate: true, applyDefaults: defaultRoleBinding }) },
  clusterrolebindings: { cells: roleBindingCells, strategy: strategyOf({ allowCreateOnUpdate: true, applyDefaults: defaultRoleBinding }) },
};
