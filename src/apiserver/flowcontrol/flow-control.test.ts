import { assert as check, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapObjects } from '../../api/bootstrap.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { type FlowOutcome, type FlowRequest, type FlowTurn, isRefusal } from './contract.ts';
import { FairQueues, type Waiter } from './fair-queues.ts';
import { createFlowController, type FlowControlOptions } from './flow-control.ts';
import { compileFlowSchema, orderFlowSchemas } from './flow-schema.ts';
import { dealHand, hashText } from './shuffle-shard.ts';
import { flowRequest } from './testing/flow-request.ts';

const defaults = bootstrapObjects();
const schemas = orderFlowSchemas((defaults['flowschemas'] ?? []).flatMap((each) => compileFlowSchema(each) ?? []));

const request = (username: string, groups: string[], info: Partial<FlowRequest['info']> = {}, signal?: AbortSignal): FlowRequest =>
  flowRequest({ user: { username, groups: [...groups, 'system:authenticated'] }, info, ...(signal ? { signal } : {}) });

test.each<[string, FlowRequest, string]>([
  ['an administrator', request('root', ['system:masters']), 'exempt'],
  ['a probe', request('x', [], { isResource: false, path: '/healthz' }), 'probes'],
  [
    'a scheduler’s lease',
    request('system:kube-scheduler', [], { verb: 'update', group: 'coordination.k8s.io', resource: 'leases' }),
    'system-leader-election',
  ],
  [
    'a node’s status',
    request('system:node:n', ['system:nodes'], { verb: 'patch', resource: 'nodes', subresource: 'status', namespace: '' }),
    'system-node-high',
  ],
  ['a node’s pods', request('system:node:n', ['system:nodes']), 'system-nodes'],
  [
    'a controller in kube-system',
    request('system:serviceaccount:kube-system:gc', ['system:serviceaccounts:kube-system']),
    'kube-system-service-accounts',
  ],
  ['a service account', request('system:serviceaccount:a:b', ['system:serviceaccounts', 'system:serviceaccounts:a']), 'service-accounts'],
  ['somebody', request('jane', []), 'global-default'],
])('%s goes to %s', (_, asked, name) => {
  expect(schemas.find((schema) => schema.matches(asked))?.name).toBe(name);
});

test('a hand has different cards, the same for the same flow', () => {
  check(
    property(integer({ min: 0, max: 2 ** 32 - 1 }), integer({ min: 1, max: 200 }), integer({ min: 1, max: 8 }), (hash, deck, size) => {
      const hand = dealHand(hash, deck, size);
      expect(new Set(hand).size).toBe(Math.min(deck, size));
      expect(hand.every((card) => card >= 0 && card < deck)).toBe(true);
      expect(dealHand(hash, deck, size)).toEqual(hand);
    }),
  );
});

describe('fair queues', () => {
  const waiter = (distinguisher: string, seats = 1): Waiter => ({
    entry: {
      request: request('anna', []),
      schema: '',
      distinguisher,
      arrived: 0,
      started: 0,
      queue: -1,
      work: { seats, finalSeats: 0, finalMilliseconds: 0 },
    },
    start: () => {},
    evict: () => {},
  });

  test('a flood does not delay another flow', () => {
    const queues = new FairQueues({ queues: 64, handSize: 1, queueLengthLimit: 1000 });
    for (let i = 0; i < 500; i++) queues.enqueue(waiter('flood'));
    const quiet = ['a', 'b', 'c'].filter((flow) => hashText(`/${flow}`) % 64 !== hashText('/flood') % 64);
    for (const flow of quiet) queues.enqueue(waiter(flow));
    const first = Array.from({ length: 6 }, () => queues.dequeue()?.entry.distinguisher);
    for (const flow of quiet) expect(first).toContain(flow);
  });

  test('a full queue refuses', () => {
    const queues = new FairQueues({ queues: 4, handSize: 1, queueLengthLimit: 2 });
    expect([1, 2, 3].map(() => queues.enqueue(waiter('x')))).toEqual([1, 2, 0]);
  });

  test('everybody who waits is served once', () => {
    check(
      property(integer({ min: 1, max: 50 }), constantFrom(1, 3, 16), (count, size) => {
        const queues = new FairQueues({ queues: size, handSize: 2, queueLengthLimit: 100 });
        const waiting = Array.from({ length: count }, (_, i) => waiter(`f${i % 7}`));
        for (const each of waiting) queues.enqueue(each);
        const served = new Set(waiting.map(() => queues.dequeue()));
        expect(served).toEqual(new Set(waiting));
        expect(queues.dequeue()).toBeUndefined();
      }),
    );
  });
});

describe('a controller', () => {
  const level = (name: string, limited: Record<string, unknown>): UnstructuredObject => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { name, uid: `uid-${name}` },
    spec: { type: 'Limited', limited },
  });
  const schema = (name: string, user: string, levelName: string): UnstructuredObject => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name, uid: `uid-${name}` },
    spec: {
      priorityLevelConfiguration: { name: levelName },
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: user } }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
        },
      ],
    },
  });
  const queue = { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 2 } };
  const start = (options: Partial<FlowControlOptions> = {}) => {
    const controller = createFlowController({ totalSeats: 4, maxWaitSeconds: 10, ...options });
    controller.configure(
      [schema('a', 'anna', 'small'), schema('b', 'bob', 'strict')],
      [
        level('small', { nominalConcurrencyShares: 1, limitResponse: queue, borrowingLimitPercent: 0 }),
        level('strict', { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' }, borrowingLimitPercent: 0 }),
      ],
    );
    return controller;
  };
  const isTurn = (value: FlowOutcome | Promise<FlowOutcome>): value is FlowTurn => !(value instanceof Promise) && !isRefusal(value);

  test('with its seat, a request from outside begins in its turn on the thread, one of our own controllers at once', async () => {
    const waiting: (() => void)[] = [];
    const controller = start({ turns: { isFree: () => false, wait: (work) => waiting.push(work) } });
    const outside = request('anna', []);
    const later = controller.admit(outside);
    expect([isTurn(later), waiting.length]).toEqual([false, 1]);
    expect(isTurn(controller.admit({ ...outside, request: { ...outside.request, remoteAddress: 'in-process' } }))).toBe(true);
    waiting[0]?.();
    expect(isTurn(await later)).toBe(true);
  });

  test('seats first, then the queue, then 429; a freed seat goes to who waits', async () => {
    const controller = start();
    const turns = [1, 2].map(() => controller.admit(request('anna', [])));
    expect(turns.every(isTurn)).toBe(true);
    expect((turns[0] as FlowTurn).headers).toEqual({
      'x-kubernetes-pf-flowschema-uid': 'uid-a',
      'x-kubernetes-pf-prioritylevel-uid': 'uid-small',
    });
    const waiting = Array.from({ length: 4 }, () => controller.admit(request('anna', [])) as Promise<FlowTurn>);
    const refused = controller.admit(request('anna', []));
    await expect(refused).resolves.toMatchObject({ retryAfterSeconds: 1, headers: { 'x-kubernetes-pf-flowschema-uid': 'uid-a' } });
    (turns[0] as FlowTurn).release();
    (turns[0] as FlowTurn).release();
    const next = await Promise.race(waiting);
    next.release();
    (turns[1] as FlowTurn).release();
    await Promise.all(waiting.map(async (each) => (await each).release()));
  });

  test('a level without queues rejects at once', () => {
    const controller = start();
    controller.admit(request('bob', []));
    controller.admit(request('bob', []));
    expect(controller.admit(request('bob', []))).toMatchObject({ retryAfterSeconds: 1 });
  });

  test('who goes away leaves the queue', async () => {
    const controller = start();
    const turns = [1, 2].map(() => controller.admit(request('anna', [])) as FlowTurn);
    const leaving = new AbortController();
    const gone = controller.admit(request('anna', [], {}, leaving.signal));
    const stays = controller.admit(request('anna', [])) as Promise<FlowTurn>;
    leaving.abort();
    await expect(gone).resolves.toMatchObject({ retryAfterSeconds: 1 });
    turns[0]?.release();
    (await stays).release();
  });

  test('idle seats are lent and come back', () => {
    const controller = createFlowController({ totalSeats: 4, maxWaitSeconds: 10 });
    controller.configure(
      [schema('a', 'anna', 'busy'), schema('b', 'bob', 'idle')],
      [
        level('busy', { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } }),
        level('idle', { nominalConcurrencyShares: 1, lendablePercent: 50, limitResponse: { type: 'Reject' } }),
      ],
    );
    const turns = [1, 2, 3].map(() => controller.admit(request('anna', [])) as FlowTurn);
    expect(controller.admit(request('anna', []))).toMatchObject({ retryAfterSeconds: 1 });
    controller.admit(request('bob', []));
    expect(controller.admit(request('bob', []))).toMatchObject({ retryAfterSeconds: 1 });
    turns[2]?.release();
    controller.admit(request('bob', []));
  });

  test('a wide request takes as many seats, borrows what is missing, and those who wait behind it begin after it', async () => {
    const controller = createFlowController({ totalSeats: 20, maxWaitSeconds: 10 });
    controller.configure(
      [schema('a', 'anna', 'lists'), schema('b', 'bob', 'idle')],
      [
        level('lists', {
          nominalConcurrencyShares: 1,
          limitResponse: { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 9 } },
        }),
        level('idle', { nominalConcurrencyShares: 1, lendablePercent: 20, limitResponse: { type: 'Reject' } }),
      ],
    );
    const [lists] = controller.levels();
    const turns = Array.from({ length: 6 }, () => controller.admit(request('anna', [], { verb: 'list' })) as FlowTurn);
    expect([lists?.listSeats, lists?.used, lists?.borrowed]).toEqual([2, 10, 2]);
    const wide = controller.admit(request('anna', [], { verb: 'list' })) as Promise<FlowTurn>;
    const narrow = controller.admit(request('anna', [])) as Promise<FlowTurn>;
    turns[0]?.release(10);
    (await wide).release(10);
    (await narrow).release();
    for (const turn of turns) turn.release();
    expect([lists?.used, lists?.borrowed, lists?.executing.size]).toEqual([0, 0, 0]);
  });

  test('a level that is gone takes nobody any more and serves who is in it; objects that make no sense are not there', async () => {
    const controller = start();
    const turns = [1, 2].map(() => controller.admit(request('anna', [])) as FlowTurn);
    const waiting = controller.admit(request('anna', [])) as Promise<FlowTurn>;
    const broken = [schema('c', 'anna', 'nowhere'), { ...schema('d', 'anna', 'small'), spec: {} }];
    controller.configure([...broken, schema('e', 'anna', 'other')], [level('other', {}), { ...level('x', {}), spec: { type: 'Limited' } }]);
    expect(controller.levels().map(({ settings: { name }, isQuiescing }) => [name, isQuiescing])).toEqual([
      ['small', true],
      ['other', false],
    ]);
    const next = controller.admit(request('anna', [])) as FlowTurn;
    expect(next.headers).toMatchObject({ 'x-kubernetes-pf-prioritylevel-uid': 'uid-other' });
    for (const turn of turns) turn.release();
    (await waiting).release();
    expect(controller.levels().map(({ settings: { name } }) => name)).toEqual(['other']);
  });

  test('series of schemas and levels that are gone are gone, whatever still runs in them', async () => {
    const metrics = createMetricsRegistry();
    let time = 0;
    const controller = createFlowController({ totalSeats: 4, maxWaitSeconds: 10, metrics, clock: () => time });
    const levels = [level('small', { nominalConcurrencyShares: 1, limitResponse: queue })];
    controller.configure([schema('a', 'anna', 'small')], levels);
    const turns = Array.from({ length: 4 }, () => controller.admit(request('anna', [])) as FlowTurn);
    const waiting = controller.admit(request('anna', [])) as Promise<FlowTurn>;
    time = 1000;
    expect(await metrics.render('prometheus')).toMatch(/current_inqueue_requests{flow_schema="a",priority_level="small"} 1/);
    controller.configure([], []);
    for (const turn of turns) turn.release();
    (await waiting).release();
    expect(await metrics.render('prometheus')).not.toMatch(/small|"a"/);
    controller.configure([schema('a', 'anna', 'small')], levels);
    controller.admit(request('anna', []));
    expect(await metrics.render('openmetrics')).toMatch(/dispatched_requests_total{flow_schema="a",priority_level="small"} 1\n/);
  });

  test('what a level could use is observed all the time', async () => {
    const metrics = createMetricsRegistry();
    let time = 0;
    const controller = createFlowController({ totalSeats: 4, maxWaitSeconds: 10, metrics, clock: () => time });
    controller.configure([schema('a', 'anna', 'small')], [level('small', { nominalConcurrencyShares: 1, limitResponse: queue })]);
    const turns = [1, 2].map(() => controller.admit(request('anna', [])) as FlowTurn);
    time = 10_000;
    for (const turn of turns) turn.release();
    time = 40_000;
    const text = await metrics.render('prometheus');
    expect(text).toContain('apiserver_flowcontrol_priority_level_seat_utilization_sum{phase="executing",priority_level="small"} 5e+09');
    expect(text).toContain('apiserver_flowcontrol_priority_level_seat_utilization_count{phase="executing",priority_level="small"} 4e+10');
    expect(text).toMatch(/demand_seats_smoothed{priority_level="small"} 1\.\d+/);
  });
});
