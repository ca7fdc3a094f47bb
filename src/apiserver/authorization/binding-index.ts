import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { serviceAccountUsername } from '../authentication/service-account-name.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { ObjectCache } from '../registry/contract.ts';
import { type Subject, subjectsOf } from './role-objects.ts';

/** A binding and which of its subjects this is. */
export interface BindingMatch {
  readonly binding: UnstructuredObject;
  readonly subject: Subject;
}

/** Bindings by who they are for; a look-up costs one map access for the user and one for each group. */
export interface BindingIndex {
  /** `namespace` is '' for ClusterRoleBindings. */
  matches(user: UserInfo, namespace: string): Iterable<BindingMatch>;
}

const subjectKey = (subject: Subject, bindingNamespace: string): string | undefined => {
  if (subject.kind === 'User') return `u:${subject.name}`;
  if (subject.kind === 'Group') return `g:${subject.name}`;
  const namespace = subject.namespace || bindingNamespace;
  return subject.kind === 'ServiceAccount' && namespace !== '' ? `u:${serviceAccountUsername(namespace, subject.name)}` : undefined;
};

/** Follows a cache of bindings and keeps the index current. */
export const createBindingIndex = (cache: ObjectCache): BindingIndex => {
  const namespaces = new Map<string, Map<string, Map<string, BindingMatch>>>();
  const bindings = new Map<string, UnstructuredObject>();

  const remove = (binding: UnstructuredObject): void => {
    const { namespace = '', name } = binding.metadata;
    const subjects = namespaces.get(namespace);
    for (const subject of subjectsOf(binding)) {
      const key = subjectKey(subject, namespace);
      const found = key === undefined ? undefined : subjects?.get(key);
      found?.delete(name);
      if (found?.size === 0 && key !== undefined) subjects?.delete(key);
    }
    if (subjects?.size === 0) namespaces.delete(namespace);
  };

  const add = (binding: UnstructuredObject): void => {
    const { namespace = '', name } = binding.metadata;
    let subjects = namespaces.get(namespace);
    if (!subjects) namespaces.set(namespace, (subjects = new Map()));
    for (const subject of subjectsOf(binding)) {
      const key = subjectKey(subject, namespace);
      if (key === undefined) continue;
      let found = subjects.get(key);
      if (!found) subjects.set(key, (found = new Map()));
      if (!found.has(name)) found.set(name, { binding, subject });
    }
  };

  const apply = (type: 'put' | 'delete', binding: UnstructuredObject): void => {
    const id = `${binding.metadata.namespace ?? ''}/${binding.metadata.name}`;
    const before = bindings.get(id);
    if (before) remove(before);
    if (type === 'delete') bindings.delete(id);
    else {
      bindings.set(id, binding);
      add(binding);
    }
  };
  for (const binding of cache.list()) apply('put', binding);
  cache.onChange(({ type, object }) => apply(type, object));

  return {
    *matches(user, namespace) {
      const subjects = namespaces.get(namespace);
      if (!subjects) return;
      const own = subjects.get(`u:${user.username}`);
      if (own) yield* own.values();
      for (const group of user.groups) {
        const found = subjects.get(`g:${group}`);
        if (found) yield* found.values();
      }
    },
  };
};
