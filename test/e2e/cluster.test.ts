import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectlUnsupported } from './kubectl.ts';
import { eventually } from './support/eventually.ts';
import { createFleet } from './support/fleet.ts';

const template = (app: string, { cpu = '100m', spec = '', annotations = '{}' } = {}): string => `
    metadata: { labels: { app: ${app} }, annotations: ${annotations} }
    spec:
      containers: [{ name: app, image: "example.com/app:1", resources: { requests: { cpu: ${cpu} } } }]
      ${spec}`;
const workload = (kind: string, name: string, extra: string, pod = template(name)): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  ${extra}
  template: ${pod}`;
const job = (name: string, extra: string, annotations = '{}'): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  ${extra}
  template: ${template(name, { spec: 'restartPolicy: Never', annotations })}`;

describe.skipIf(kubectlUnsupported() !== undefined)('a member as a cluster, by kubectl', () => {
  const fleet = createFleet(['--members', 'east']);
  const east = fleet.on('east');
  const { ok, path, apply, fails } = east;
  beforeAll(() => fleet.up());
  afterAll(() => fleet.close());
  const pods = async (app: string, what = '{.items[*].metadata.name}'): Promise<string[]> =>
    (await path(what, 'get', 'pods', '-l', `app=${app}`)).split(' ').filter(Boolean);

  test('a Deployment rolls out, back, pauses and scales', async () => {
    await apply(workload('Deployment', 'web', 'replicas: 3'));
    expect(await ok(['rollout', 'status', 'deployment/web', '--timeout=60s'])).toContain('successfully rolled out');
    await ok(['set', 'image', 'deployment/web', 'app=example.com/app:2']);
    await ok(['annotate', 'deployment/web', 'kubernetes.io/change-cause=second']);
    await ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    expect(await ok(['rollout', 'history', 'deployment/web'])).toMatch(/1 +<none>\n2 +second/);
    await ok(['rollout', 'undo', 'deployment/web']);
    await ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    expect(await path('{.spec.template.spec.containers[0].image}', 'get', 'deployment', 'web')).toBe('example.com/app:1');
    await ok(['rollout', 'pause', 'deployment/web']);
    await ok(['set', 'image', 'deployment/web', 'app=example.com/app:3']);
    await ok(['scale', 'deployment/web', '--replicas=5']);
    await eventually(async () => expect(await path('{.status.readyReplicas}', 'get', 'deployment', 'web')).toBe('5'));
    expect(new Set(await pods('web', '{.items[*].spec.containers[0].image}'))).toEqual(new Set(['example.com/app:1']));
    await ok(['rollout', 'resume', 'deployment/web']);
    await ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    await ok(['rollout', 'restart', 'deployment/web']);
    expect(await ok(['rollout', 'status', 'deployment/web', '--timeout=60s'])).toContain('successfully rolled out');
    await eventually(async () => expect((await pods('web')).length).toBe(5));
    expect(await ok(['events', '--for', 'deployment/web'])).toContain('ScalingReplicaSet');
    expect(await ok(['describe', 'deployment', 'web'])).toContain('NewReplicaSet:');
  });

  test('a Deployment that makes no progress says so', async () => {
    await apply(
      workload(
        'Deployment',
        'stuck',
        'replicas: 1\n  progressDeadlineSeconds: 2',
        template('stuck', { annotations: '{ simulation.causeway.dev/image-pull-error: "true" }' }),
      ),
    );
    expect(await fails(['rollout', 'status', 'deployment/stuck', '--timeout=30s'])).toContain('exceeded its progress deadline');
    await eventually(async () =>
      expect(await ok(['get', 'pods', '-l', 'app=stuck', '--no-headers'])).toMatch(/0\/1 +(ErrImagePull|ImagePullBackOff)/),
    );
    await ok(['delete', 'deployment', 'stuck']);
  });

  test('a StatefulSet is ordered, a DaemonSet is everywhere', async () => {
    await apply(workload('StatefulSet', 'db', 'replicas: 3\n  serviceName: db'));
    await ok(['rollout', 'status', 'statefulset/db', '--timeout=60s']);
    expect((await pods('db')).toSorted()).toEqual(['db-0', 'db-1', 'db-2']);
    const started = await path(
      '{range .items[*]}{.metadata.name} {.metadata.creationTimestamp}{"\\n"}{end}',
      'get',
      'pods',
      '-l',
      'app=db',
      '--sort-by=.metadata.name',
    );
    const times = started
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]!);
    expect(times).toEqual(times.toSorted());
    await ok(['scale', 'statefulset/db', '--replicas=1']);
    await eventually(async () => expect(await pods('db')).toEqual(['db-0']));
    await apply(workload('DaemonSet', 'agent', ''));
    await ok(['rollout', 'status', 'daemonset/agent', '--timeout=60s']);
    expect(new Set(await pods('agent', '{.items[*].spec.nodeName}'))).toEqual(new Set(['east-1', 'east-2', 'east-3']));
  });

  test('Jobs complete, fail and give up; a CronJob makes one by hand', async () => {
    await apply(job('good', 'completions: 3\n  parallelism: 2'));
    await ok(['wait', '--for=condition=Complete', 'job/good', '--timeout=60s']);
    expect(await ok(['get', 'job', 'good', '--no-headers'])).toMatch(/good +Complete +3\/3/);
    await apply(job('bad', 'backoffLimit: 1', '{ simulation.causeway.dev/exit-code: "3" }'));
    await ok(['wait', '--for=condition=Failed', 'job/bad', '--timeout=90s']);
    expect(await path('{.status.conditions[?(@.type=="Failed")].reason} {.status.failed}', 'get', 'job', 'bad')).toBe(
      'BackoffLimitExceeded 2',
    );
    await ok(['create', 'cronjob', 'nightly', '--image=example.com/app:1', '--schedule=0 3 * * *', '--', 'sleep', '1']);
    await ok(['create', 'job', '--from=cronjob/nightly', 'tonight']);
    await ok(['wait', '--for=condition=Complete', 'job/tonight', '--timeout=60s']);
    expect(await fails(['create', 'cronjob', 'never', '--image=x', '--schedule=61 * * * *'])).toContain('spec.schedule: Invalid value');
  });

  test('disruption budgets hold back evictions; drain, cordon and taints move pods', async () => {
    await apply(workload('Deployment', 'guarded', 'replicas: 2'));
    await ok(['rollout', 'status', 'deployment/guarded', '--timeout=60s']);
    await ok(['create', 'pdb', 'guarded', '--selector=app=guarded', '--min-available=2']);
    await eventually(async () =>
      expect(await path('{.status.currentHealthy}/{.status.disruptionsAllowed}', 'get', 'pdb', 'guarded')).toBe('2/0'),
    );
    const [node] = await pods('guarded', '{.items[0].spec.nodeName}');
    const drain = ['drain', node!, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--pod-selector=app=guarded'];
    expect(await fails([...drain, '--timeout=3s'])).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    await ok(['delete', 'pdb', 'guarded']);
    await ok([...drain, '--timeout=30s']);
    await eventually(async () => {
      const nodes = await pods('guarded', '{.items[?(@.status.phase=="Running")].spec.nodeName}');
      expect(nodes.length).toBe(2);
      expect(nodes).not.toContain(node);
    });
    expect(await ok(['get', 'node', node!, '--no-headers'])).toContain('Ready,SchedulingDisabled');
    await ok(['uncordon', node!]);
    await ok(['taint', 'node', 'east-2', 'broken=yes:NoExecute']);
    await eventually(async () => expect(await pods('guarded', '{.items[*].spec.nodeName}')).not.toContain('east-2'));
    await ok(['taint', 'node', 'east-2', 'broken-']);
  });

  test('an important pod takes the place of others', async () => {
    await ok(['create', 'priorityclass', 'vital', '--value=100000']);
    await ok(['cordon', 'east-2', 'east-3']);
    await apply(workload('Deployment', 'filler', 'replicas: 3', template('filler', { cpu: '2' })));
    await ok(['rollout', 'status', 'deployment/filler', '--timeout=60s']);
    await ok([
      'run',
      'vital',
      '--image=example.com/app:1',
      '--overrides={"spec":{"priorityClassName":"vital","containers":[{"name":"vital","image":"example.com/app:1","resources":{"requests":{"cpu":"3"}}}]}}',
    ]);
    await ok(['wait', '--for=condition=Ready', 'pod/vital', '--timeout=60s']);
    await eventually(async () => expect(await ok(['get', 'events', '--field-selector=reason=Preempted', '-o', 'name'])).not.toBe(''));
    expect(await ok(['get', 'pods', '-l', 'app=filler', '--field-selector=status.phase=Pending', '-o', 'name'])).not.toBe('');
    await eventually(async () =>
      expect(await ok(['get', 'events', '--field-selector=reason=FailedScheduling'])).toMatch(
        /0\/3 nodes are available: .*Insufficient cpu/,
      ),
    );
    await ok(['uncordon', 'east-2', 'east-3']);
    await ok(['delete', 'deployment/filler', 'pod/vital', '--wait=false']);
  });

  test('quotas and limit ranges refuse with their reasons', async () => {
    await ok(['create', 'namespace', 'small']);
    await ok(['-n', 'small', 'create', 'quota', 'little', '--hard=configmaps=2,pods=1']);
    await eventually(async () => expect(await path('{.status.used.configmaps}', '-n', 'small', 'get', 'quota', 'little')).toBe('1'));
    await ok(['-n', 'small', 'create', 'configmap', 'one']);
    expect(await fails(['-n', 'small', 'create', 'configmap', 'two'])).toContain(
      'exceeded quota: little, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
    );
    await apply(
      '{apiVersion: v1, kind: LimitRange, metadata: {name: most, namespace: small}, spec: {limits: [{type: Container, max: {cpu: "1"}, default: {cpu: 200m}}]}}',
    );
    expect(
      await fails([
        '-n',
        'small',
        'run',
        'big',
        '--image=x',
        '--overrides={"spec":{"containers":[{"name":"big","image":"x","resources":{"limits":{"cpu":"2"}}}]}}',
      ]),
    ).toContain('maximum cpu usage per Container is 1, but limit is 2');
    await ok(['-n', 'small', 'run', 'fits', '--image=x']);
    expect(await path('{.spec.containers[0].resources.limits.cpu}', '-n', 'small', 'get', 'pod', 'fits')).toBe('200m');
    await ok(['delete', 'namespace', 'small', '--timeout=60s']);
    expect(await fails(['get', 'namespace', 'small'])).toContain('NotFound');
  });

  test('roles, impersonation and service account tokens', async () => {
    await ok(['create', 'serviceaccount', 'reader']);
    await ok(['create', 'role', 'reader', '--verb=get,list', '--resource=pods']);
    await ok(['create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader']);
    const as = '--as=system:serviceaccount:default:reader';
    expect(await ok(['auth', 'can-i', 'list', 'pods', as])).toBe('yes\n');
    expect((await east.run(['auth', 'can-i', 'delete', 'pods', as])).stdout).toBe('no\n');
    expect(await ok(['auth', 'can-i', '--list', as])).toMatch(/pods +\[\] +\[\] +\[get list\]/);
    expect(await fails(['get', 'secrets', as])).toContain(
      'secrets is forbidden: User "system:serviceaccount:default:reader" cannot list resource "secrets" in API group "" in the namespace "default"',
    );
    expect(await fails(['get', 'nodes', '--as=jane'])).toContain(
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    const token = (await ok(['create', 'token', 'reader'])).trim();
    expect(
      await ok([
        'auth',
        'whoami',
        `--token=${token}`,
        '--kubeconfig=/dev/null',
        `--server=${await path('{.clusters[?(@.name=="east")].cluster.server}', 'config', 'view')}`,
        '--insecure-skip-tls-verify',
        '--context=',
      ]),
    ).toContain('system:serviceaccount:default:reader');
    expect(await ok(['auth', 'whoami'])).toContain('kubernetes-admin');
  });

  test('explain, diff, server-side conflicts and every kind of patch', async () => {
    expect(await ok(['explain', 'deployment.spec.strategy.rollingUpdate'])).toContain('maxSurge');
    expect(await fails(['explain', 'deployment.spec.nothing'])).toContain('field "nothing" does not exist');
    const config = (value: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {a: "${value}"}}`;
    expect(await apply(config('1'), '--server-side', '--field-manager=one')).toContain('serverside-applied');
    const conflict = await fails(['apply', '--server-side', '--field-manager=two', '-f', '-'], { input: config('2') });
    expect(conflict).toContain('conflict with "one": .data.a');
    await apply(config('2'), '--server-side', '--field-manager=two', '--force-conflicts');
    const diff = await east.run(['diff', '--server-side', '--field-manager=two', '-f', '-'], { input: config('3') });
    expect(diff).toMatchObject({ code: 1, stdout: expect.stringMatching(/-  a: "2"\n\+  a: "3"/) });
    await ok(['patch', 'configmap', 'shared', '--type=merge', '-p', '{"data":{"b":"x"}}']);
    await ok([
      'patch',
      'configmap',
      'shared',
      '--type=json',
      '-p',
      '[{"op":"test","path":"/data/b","value":"x"},{"op":"replace","path":"/data/b","value":"y"}]',
    ]);
    expect(await fails(['patch', 'configmap', 'shared', '--type=json', '-p', '[{"op":"test","path":"/data/b","value":"x"}]'])).toContain(
      'the server rejected our request due to an error in our request',
    );
    await ok([
      'patch',
      'deployment',
      'web',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"example.com/side:1"}]}}}}',
    ]);
    expect(await path('{.spec.template.spec.containers[*].name}', 'get', 'deployment', 'web')).toBe('side app');
    expect(await path('{.data}', 'get', 'configmap', 'shared')).toBe('{"a":"2","b":"y"}');
    expect(await ok(['label', 'configmap', 'shared', 'x=y', '--dry-run=server'])).toContain('labeled (server dry run)');
    expect(await path('{.metadata.labels}', 'get', 'configmap', 'shared')).toBe('');
  });

  test('deletion: orphan, foreground, finalizers', async () => {
    await apply(workload('Deployment', 'family', 'replicas: 1'));
    await ok(['rollout', 'status', 'deployment/family', '--timeout=60s']);
    await ok(['delete', 'deployment', 'family', '--cascade=orphan']);
    const set = (await path('{.items[*].metadata.name}', 'get', 'replicasets', '-l', 'app=family')).trim();
    expect(set).not.toBe('');
    await eventually(async () => expect(await path('{.metadata.ownerReferences}', 'get', 'replicaset', set)).toBe(''));
    await ok(['delete', 'replicaset', set, '--cascade=foreground', '--timeout=30s']);
    expect(await pods('family')).toEqual([]);
    await ok(['create', 'configmap', 'held']);
    await ok(['patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}']);
    await ok(['delete', 'configmap', 'held', '--wait=false']);
    expect(await path('{.metadata.deletionTimestamp}', 'get', 'configmap', 'held')).not.toBe('');
    await ok(['patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    expect(await fails(['get', 'configmap', 'held'])).toContain('NotFound');
  });

  test('Services: addresses, node ports that run out, endpoints', async () => {
    await ok(['expose', 'deployment', 'web', '--port=80', '--type=NodePort']);
    const port = await path('{.spec.ports[0].nodePort}', 'get', 'service', 'web');
    expect(Number(port)).toBeGreaterThanOrEqual(30_000);
    const taken = await fails(['create', '-f', '-'], {
      input: `{apiVersion: v1, kind: Service, metadata: {name: twin}, spec: {type: NodePort, ports: [{port: 80, nodePort: ${port}}]}}`,
    });
    expect(taken).toContain(`spec.ports[0].nodePort: Invalid value: ${port}: provided port is already allocated`);
    expect(await fails(['create', 'service', 'clusterip', 'outside', '--tcp=80', '--clusterip=192.168.7.7'])).toContain(
      'spec.clusterIPs: Invalid value',
    );
    await eventually(async () =>
      expect((await path('{.subsets[*].addresses[*].ip}', 'get', 'endpoints', 'web')).split(' ').length).toBe(5),
    );
  });

  test('a simulated pod has a log, and what it cannot do says so', async () => {
    const [pod] = await pods('db');
    expect(await ok(['logs', pod!])).toContain('simulated container');
    for (const command of [
      ['exec', pod!, '--', 'true'],
      ['port-forward', pod!, '8080:80'],
      ['attach', pod!],
    ])
      expect(await fails(command)).toMatch(/simulated/);
    expect(await ok(['top', 'nodes'])).toMatch(/^NAME +CPU.*\neast-1 +\d+m/);
    expect(await ok(['api-resources', '--namespaced=false', '-o', 'name'])).toContain('nodes\n');
    expect((await ok(['api-versions'])).split('\n')).toContain('apps/v1');
    expect(await ok(['cluster-info'])).toContain('Kubernetes control plane');
    expect(await ok(['get', 'all', '-A'])).toContain('statefulset.apps/db');
    expect(await ok(['describe', 'node', 'east-1'])).toContain('Allocated resources');
    expect(await ok(['describe', 'pod', pod!])).toContain('Scheduled');
  });
});
