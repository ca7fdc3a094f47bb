import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { openHttp2, readAccess, send } from './support/raw-http.ts';
import type { Access } from './support/raw-http.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const users = ['flooder', 'light', 'system:kube-scheduler'] as const;
type User = (typeof users)[number];
const connections = 10;
/** Together more than a level has seats and places in the queues of one flow. */
const streamsOfOne = 100;
const objects = 100;
/** Loose: a busy machine holds everything up. It starts at about 100 MiB. */
const residentLimit = 1500 * 2 ** 20;

interface Reply {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One request as somebody. Code 0: the connection broke. */
const ask = (session: ClientHttp2Session, user: User, { path = configMaps, method = 'GET', body = '' } = {}): Promise<Reply> =>
  new Promise((resolve) => {
    const stream = session.request({
      ':path': path,
      ':method': method,
      'content-type': 'application/json',
      'impersonate-user': user,
      'impersonate-group': 'system:authenticated',
    });
    let headers: Reply['headers'] = {};
    stream.on('response', (answered) => (headers = answered));
    stream.on('error', () => {});
    stream.resume().on('close', () => resolve({ code: Number(headers[':status'] ?? 0), headers }));
    stream.end(body);
  });

const configMap = (name: string, text: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } });

/** A client that has as many requests under way as it may, all the time, and does as it is never told to. */
const flood = async (access: Access, request: () => Parameters<typeof ask>[2]) => {
  const sessions = await Promise.all(Array.from({ length: connections }, () => openHttp2(access)));
  const counts = new Map<number, number>();
  let refusal: Reply | undefined;
  const over = new AbortController();
  const running = sessions.flatMap((session) =>
    Array.from({ length: streamsOfOne }, async () => {
      while (!over.signal.aborted && !session.destroyed) {
        const reply = await ask(session, 'flooder', request());
        counts.set(reply.code, (counts.get(reply.code) ?? 0) + 1);
        if (reply.code === 429) refusal = reply;
      }
    }),
  );
  return {
    counts,
    refusal: () => refusal,
    /** Requests that were worked on. */
    served: () => (counts.get(200) ?? 0) + (counts.get(201) ?? 0),
    stop: async () => {
      over.abort();
      for (const session of sessions) session.destroy();
      await Promise.all(running);
    },
  };
};

describe('a flood from one client', () => {
  const hub = createHub();
  let access: Access;

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
    const session = await openHttp2(access);
    const create = async (path: string, object: object): Promise<void> => {
      const { code } = await send(access, path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
      });
      expect(code).toBe(201);
    };
    await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'flood' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: users.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })),
    });
    await eventually(async () => expect(await ask(session, 'light')).toMatchObject({ code: 200 }));
    const text = 'x'.repeat(5000);
    const codes = await Promise.all(
      Array.from({ length: objects }, (_, i) => ask(session, 'light', { method: 'POST', body: configMap(`big-${i}`, text) })),
    );
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set([201]));
    session.close();
  });
  afterAll(async () => {
    expect(hub.process().running()).toBe(true);
    expect(hub.process().stderr()).not.toMatch(/panic|TypeError|RangeError/);
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    await hub.close();
  });

  let names = 0;
  test.each<[string, () => Parameters<typeof ask>[2]]>([
    ['lists of a large collection', () => ({})],
    ['creates', () => ({ method: 'POST', body: configMap(`flood-${names++}`, 'y'.repeat(200)) })],
  ])('of %s: others are served, one request after the other, and the flooder is told to go away', async (_, request) => {
    const flooding = await flood(access, request);
    try {
      await eventually(() => expect(flooding.refusal()).toBeDefined());
      // Each has one request under way while the flooder has hundreds.
      const served = (['light', 'system:kube-scheduler'] as const).map(async (user) => {
        const session = await openHttp2(access);
        const before = flooding.served();
        const codes: number[] = [];
        for (let i = 0; i < 10; i++) codes.push((await ask(session, user, { path: `${configMaps}/big-${i}` })).code);
        session.close();
        return { codes, waitedFor: flooding.served() - before };
      });
      for (const { codes, waitedFor } of await Promise.all(served)) {
        expect(codes).toEqual(Array.from({ length: 10 }, () => 200));
        // Were it served in the order of arrival, all that the flooder has under way would be served before each one of it.
        if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(`${waitedFor} of the flooder`);
        expect(waitedFor).toBeLessThan(10 * connections * streamsOfOne);
      }
      expect(flooding.counts.get(429)).toBeGreaterThan(0);
      const { headers } = flooding.refusal() ?? {};
      expect(Number(headers?.['retry-after'])).toBeGreaterThan(0);
      expect(headers?.['x-kubernetes-pf-flowschema-uid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers?.['x-kubernetes-pf-prioritylevel-uid']).toMatch(/^[0-9a-f-]{36}$/);
    } finally {
      await flooding.stop();
    }
    // Nothing of it is left: neither a seat nor a place in a queue.
    await eventually(async () => {
      const { body } = await send(access, '/debug/api_priority_and_fairness/dump_priority_levels');
      expect(body.message).toMatch(/^global-default, +0, +true, +false, +0, +0, /m);
    });
  });
});
