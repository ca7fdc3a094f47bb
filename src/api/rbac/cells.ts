import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { ClusterRoleBinding, RoleBinding } from './types.gen.ts';

export const roleBindingCells = cellsOf<RoleBinding | ClusterRoleBinding>((binding, now) => {
  const subjects = binding.subjects ?? [];
  const names = (kind: string) => subjects.filter((subject) => subject.kind === kind);
  return [
    binding.metadata.name,
    `${binding.roleRef.kind}/${binding.roleRef.name}`,
    age(binding, now),
    names('User')
      .map(({ name }) => name)
      .join(', '),
    names('Group')
      .map(({ name }) => name)
      .join(', '),
    names('ServiceAccount')
      .map(({ namespace, name }) => `${namespace ?? ''}/${name}`)
      .join(', '),
  ];
});
