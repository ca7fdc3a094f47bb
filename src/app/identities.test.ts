import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClusterRole, ClusterRoleBinding } from '../api/rbac/types.gen.ts';
import { bootstrapObjects } from '../api/bootstrap.ts';
import { clusterRoleBindingsRef, clusterRolesRef, selfSubjectAccessReviewsRef } from '../api/refs.gen.ts';
import { startHub } from './hub.ts';
import { hubRoles } from './hub-controllers.ts';
import { userOf } from './identities.ts';
import { memberRoles } from './member.ts';
import { createDenialLog } from './testing/denial-log.ts';

const roles = [...hubRoles, ...memberRoles];

test.each([
  ['deployment-controller', 'system:serviceaccount:kube-system:deployment-controller', 'system:serviceaccounts:kube-system'],
  ['system:kube-scheduler', 'system:kube-scheduler', 'system:authenticated'],
  ['system:node:n1', 'system:node:n1', 'system:nodes'],
])('%s is %s', (identity, username, group) => {
  const user = userOf(identity);
  expect(user.username).toBe(username);
  expect(user.groups).toContain(group);
});

test('nobody in this process is an administrator by group', () => {
  for (const { name, identities = [name] } of roles)
    for (const identity of identities) expect(userOf(identity).groups).not.toContain('system:masters');
});

test("no role of ours has the name of one of the cluster's own", () => {
  const taken = new Set(
    [...(bootstrapObjects()['clusterroles'] ?? []), ...(bootstrapObjects()['clusterrolebindings'] ?? [])].map(
      ({ metadata }) => metadata.name,
    ),
  );
  for (const { name } of roles) expect(taken).not.toContain(`system:controller:${name}`);
});

test('a hub has the roles of its controllers, which may do that and no more', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-identities-'));
  const denials = createDenialLog();
  const hub = await startHub({ directory, store: 'memory:', port: 0, log: denials.log });
  try {
    const admin = hub.server.client({ username: 'admin', groups: ['system:masters', 'system:authenticated'] }, 'test');
    const role = await admin.resource<ClusterRole>(clusterRolesRef).get('system:controller:causeway-eviction', undefined);
    expect(role.metadata.annotations).toEqual({ 'rbac.authorization.kubernetes.io/autoupdate': 'true' });
    const binding = await admin.resource<ClusterRoleBinding>(clusterRoleBindingsRef).get(role.metadata.name, undefined);
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'causeway-eviction', namespace: 'kube-system' }]);

    const may = async (identity: string, verb: string, group: string, resource: string): Promise<unknown> => {
      const client = hub.server.client(userOf(identity), 'test');
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {},
        spec: { resourceAttributes: { verb, group, resource } },
      };
      return (await client.resource(selfSubjectAccessReviewsRef).create(review as never))['status'];
    };
    const [bindings, allowed] = ['resourcebindings', expect.objectContaining({ allowed: true })];
    expect(await may('causeway-eviction', 'patch', 'work.karmada.io', bindings)).toEqual(allowed);
    expect(await may('causeway-eviction', 'delete', 'work.karmada.io', bindings)).not.toEqual(allowed);
    expect(await may('causeway-propagation', 'get', '', 'secrets')).not.toEqual(allowed);
    expect(await may('causeway-hub', 'get', '', 'secrets')).not.toEqual(allowed);
    denials.check();

    const secrets = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };
    await expect(hub.server.client(userOf('causeway-eviction'), 'test').resource(secrets).list()).rejects.toThrow(
      'cannot list resource "secrets"',
    );
    expect(() => denials.check()).toThrow('system:serviceaccount:kube-system:causeway-eviction GET /api/v1/secrets');
  } finally {
    await hub.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
