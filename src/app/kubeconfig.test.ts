import { parse, stringify } from 'yaml';
import { expect, test } from 'vitest';
import { renderKubeconfig } from './kubeconfig.ts';
import type { KubeconfigContext } from './kubeconfig.ts';

const context = (name: string, port: number): KubeconfigContext => ({
  name,
  server: `https://127.0.0.1:${port}`,
  certificateAuthority: 'CA',
  client: { certificate: 'C', key: 'K' },
});

interface Config {
  'current-context': string;
  clusters: { name: string; cluster: { server: string } }[];
  users: { name: string }[];
  contexts: { name: string; context: { namespace?: string } }[];
}

const fleet = ['hub', 'east', 'west'].map((name, index) => context(name, 1000 + index));
const first = renderKubeconfig(fleet);
const none = new Set<string>();
const again = (contexts: readonly KubeconfigContext[], text: string, removed: ReadonlySet<string> = none): Config =>
  parse(renderKubeconfig(contexts, { text, removed })) as Config;

const edited = (edit: (config: Config) => void): string => {
  const config = parse(first) as Config;
  edit(config);
  return stringify(config);
};

test('a member that does not run keeps its context', () => {
  const { clusters, users, contexts } = again(fleet.slice(0, 2), first);
  expect(contexts.map(({ name }) => name)).toEqual(['hub', 'east', 'west']);
  expect(users.map(({ name }) => name)).toEqual(['hub-admin', 'east-admin', 'west-admin']);
  expect(clusters.find(({ name }) => name === 'west')?.cluster.server).toBe('https://127.0.0.1:1002');
});

test('a member that was removed goes', () => {
  const { clusters, users, contexts } = again(fleet.slice(0, 2), first, new Set(['west']));
  for (const entries of [clusters, users, contexts]) expect(entries).toHaveLength(2);
});

test('the namespace and the context that the user chose stay, and so do entries of others', () => {
  const text = edited((config) => {
    config['current-context'] = 'east';
    config.contexts[0]!.context.namespace = 'shop';
    config.contexts.push({ name: 'mine', context: {} });
  });
  const config = again([...fleet.slice(0, 1), context('east', 2000), ...fleet.slice(2)], text);
  expect(config['current-context']).toBe('east');
  expect(config.contexts[0]).toEqual({ name: 'hub', context: { cluster: 'hub', user: 'hub-admin', namespace: 'shop' } });
  expect(config.contexts.map(({ name }) => name)).toEqual(['hub', 'east', 'west', 'mine']);
  expect(config.clusters[1]?.cluster.server).toBe('https://127.0.0.1:2000');
});

test.each(['', 'nonsense: [', '[]', 'contexts: {}', stringify({ ...(parse(first) as object), 'current-context': 'gone' })])(
  'what is no kubeconfig is replaced: %j',
  (text) => expect(again(fleet, text)).toEqual(parse(first)),
);
