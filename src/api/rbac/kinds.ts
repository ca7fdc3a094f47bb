import { roleBindingCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { ClusterRole, Role } from './types.gen.ts';
import {
  validateClusterRole,
  validateClusterRoleBinding,
  validateClusterRoleBindingUpdate,
  validateRole,
  validateRoleBinding,
  validateRoleBindingUpdate,
} from './validation.ts';
import { strategyOf } from '../typed.ts';
import { defaultRoleBinding } from './defaults.ts';

export const rbacKinds: GroupBehaviour = {
  roles: { strategy: strategyOf<Role>({ allowCreateOnUpdate: true, validate: validateRole, validateUpdate: validateRole }) },
  clusterroles: {
    strategy: strategyOf<ClusterRole>({ allowCreateOnUpdate: true, validate: validateClusterRole, validateUpdate: validateClusterRole }),
  },
  rolebindings: {
    cells: roleBindingCells,
    strategy: strategyOf({
      allowCreateOnUpdate: true,
      applyDefaults: defaultRoleBinding,
      validate: validateRoleBinding,
      validateUpdate: validateRoleBindingUpdate,
    }),
  },
  clusterrolebindings: {
    cells: roleBindingCells,
    strategy: strategyOf({
      allowCreateOnUpdate: true,
      applyDefaults: defaultRoleBinding,
      validate: validateClusterRoleBinding,
      validateUpdate: validateClusterRoleBindingUpdate,
    }),
  },
};
