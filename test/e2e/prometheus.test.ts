import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitionsRef } from '../../src/api/refs.gen.ts';
import type { UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import type { Client } from '../../src/client/contract.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../src/client/kubeconfig.ts';
import { connect } from './support/connect.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { createHub } from './support/hub.ts';
import { readAccess, send } from './support/raw-http.ts';

const isInstalled = existsSync('/usr/bin/prometheus') && existsSync('/usr/bin/promtool');
const excuse = 'Prometheus: NOT TESTED, neither prometheus nor promtool found: apt-get install prometheus';
test.skipIf(isInstalled || process.env['CI'] !== 'true')(isInstalled ? 'Prometheus is installed' : excuse, () => {
  expect(isInstalled, excuse).toBe(true);
});

/** Names that upstream gave before the conventions, and that dashboards know. */
const upstreamNames = [
  'apiextensions_openapi_v2_regeneration_count',
  'apiextensions_openapi_v3_regeneration_count',
  'apiserver_admission_webhook_fail_open_count',
  'apiserver_admission_webhook_rejection_count',
  'authentication_token_cache_active_fetch_count',
  'authenticated_user_requests',
  'authentication_attempts',
  'apiserver_flowcontrol_latest_s',
  'apiserver_flowcontrol_next_s_bounds',
  'apiserver_admission_step_admission_duration_seconds_summary',
];

const group = 'scrape.example.com';
const widgets: UnstructuredObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Cluster',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const widgetsRef = { group, version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: false };

describe.skipIf(!isInstalled)('a real Prometheus', () => {
  const hub = createHub();
  const directory = mkdtempSync(join(tmpdir(), 'causeway-prometheus-'));
  let client: Client;
  let prometheus: ChildProcess;
  let address: string;

  /** Series that a query finds now. */
  const query = async (
    promql: string,
  ): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: [number, string] }[]> => {
    const answer = await fetch(`${address}/api/v1/query?query=${encodeURIComponent(promql)}`);
    return ((await answer.json()) as { data: { result: Awaited<ReturnType<typeof query>> } }).data.result;
  };

  beforeAll(async () => {
    await hub.up().ready;
    client = await connect(hub.kubeconfig);
    const { transport } = await targetOfKubeconfig(await readKubeconfig(hub.kubeconfig), 'hub');
    const { certificate = '', key = '' } = (await transport.credentials?.get()) ?? {};
    const file = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text, { mode: 0o600 });
      return join(directory, name);
    };
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'causeway',
          scheme: 'https',
          tls_config: {
            ca_file: file('ca.pem', transport.certificateAuthority ?? ''),
            cert_file: file('cert.pem', certificate),
            key_file: file('key.pem', key),
          },
          static_configs: [{ targets: [new URL(transport.server).host] }],
        },
      ],
    };
    address = `http://127.0.0.1:${await freePort()}`;
    prometheus = spawn(
      '/usr/bin/prometheus',
      [
        `--config.file=${file('prometheus.yml', JSON.stringify(config))}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address.slice('http://'.length)}`,
      ],
      { stdio: 'ignore' },
    );
    await eventually(async () => expect((await fetch(`${address}/-/ready`)).status).toBe(200));
  });
  afterAll(async () => {
    prometheus?.kill('SIGKILL');
    await client?.close();
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('promtool has nothing to say against the exposition but names of upstream', async () => {
    const { stderr, stdout } = spawnSync('/usr/bin/promtool', ['check', 'metrics'], {
      input: String(await client.raw('/metrics')),
      encoding: 'utf8',
    });
    const complaints = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line !== '' && !upstreamNames.some((name) => line.startsWith(name)));
    expect(complaints).toEqual([]);
  });

  test('it scrapes the server without an error, in the format that it asks for first', async () => {
    await eventually(async () => expect((await query('up{job="causeway"}')).map(({ value }) => value[1])).toEqual(['1']));
    const { data } = (await (await fetch(`${address}/api/v1/targets`)).json()) as { data: { activeTargets: { lastError: string }[] } };
    expect(data.activeTargets.map(({ lastError }) => lastError)).toEqual(['']);
    expect(await query('apiserver_request_total{resource="namespaces"}')).not.toEqual([]);
  });

  test('series of a deleted kind are gone with the next scrape, and begin at zero when it comes back', async () => {
    const definitions = client.resource(customResourceDefinitionsRef);
    const resource = client.resource(widgetsRef);
    const create = async (count: number): Promise<void> => {
      await definitions.create(widgets);
      await eventually(() => resource.list());
      for (let i = 0; i < count; i++) await resource.create({ apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: `w-${i}` } });
    };
    const posts = `sum(apiserver_request_total{group="${group}",verb="POST"})`;
    await create(5);
    await eventually(async () => expect((await query(posts)).map(({ value }) => value[1])).toEqual(['5']));
    const named = async (): Promise<string[]> =>
      (await query('{__name__=~".+"}'))
        .map(({ metric }) => JSON.stringify(metric))
        .filter((text) => /scrape\.example\.com|widgets/.test(text));
    expect(await named()).not.toEqual([]);
    await definitions.delete(widgets.metadata.name, undefined);
    await eventually(async () => expect(await named()).toEqual([]));
    await create(2);
    await eventually(async () => expect((await query(posts)).map(({ value }) => value[1])).toEqual(['2']));
  });

  test('what races the deletion of its kind, or the end of a version, leaves no series behind, in neither format', async () => {
    const definitions = client.resource(customResourceDefinitionsRef);
    const versions = ['v1', 'v1beta1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object' } },
    }));
    const gizmos = {
      ...widgets,
      metadata: { name: `gizmos.${group}` },
      spec: {
        ...(widgets['spec'] as object),
        names: { plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', listKind: 'GizmoList' },
        versions,
      },
    };
    const access = readAccess(hub.kubeconfig);
    const path = (version: string): string => `/apis/${group}/${version}/gizmos`;
    const named = async (pattern: RegExp): Promise<string[]> => {
      const texts = await Promise.all(
        ['text/plain', 'application/openmetrics-text; version=1.0.0'].map((accept) => send(access, '/metrics', { headers: { accept } })),
      );
      return texts.flatMap(({ body }) => (body.message ?? '').split('\n').filter((line) => pattern.test(line)));
    };
    const gone = async (version: string): Promise<void> => expect((await send(access, path(version))).code).toBe(404);
    await definitions.create(gizmos);
    await eventually(async () => expect((await send(access, path('v1beta1'))).code).toBe(200));
    const over = new AbortController();
    const body = JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Gizmo', metadata: { generateName: 'g-' } });
    const requests: (() => Promise<unknown>)[] = [
      () => send(access, path('v1'), { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      () => send(access, `${path('v1')}?watch=true&timeoutSeconds=1`),
      () => send(access, path('v1beta1')),
      () => send(access, path('v1')),
    ];
    const racing = requests.map(async (request) => {
      while (!over.signal.aborted) await request();
    });
    try {
      await eventually(async () => expect(await named(/v1beta1.*gizmos|gizmos.*v1beta1/)).not.toEqual([]));
      const current = await definitions.get(gizmos.metadata.name, undefined);
      const unserved = versions.map((version) => ({ ...version, served: version.storage }));
      await definitions.update({ ...current, spec: { ...(current['spec'] as object), versions: unserved } });
      await eventually(() => gone('v1beta1'));
      expect(await named(/v1beta1.*(gizmos|scrape)|(gizmos|scrape).*v1beta1/)).toEqual([]);
      await definitions.delete(gizmos.metadata.name, undefined);
      await eventually(() => gone('v1'));
      expect(await named(/gizmo/i)).toEqual([]);
    } finally {
      over.abort();
      await Promise.all(racing);
    }
    expect(await named(/gizmo/i)).toEqual([]);
  });
});
