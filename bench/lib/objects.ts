import type { Connection } from './connection.ts';

export const configMaps = '/api/v1/namespaces/default/configmaps';

/** 2 KiB as JSON. */
export const configMap = (name: string, labels: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { app: 'bench', ...labels } },
    data: { payload: 'x'.repeat(1900) },
  });

/** Creates `count` ConfigMaps `PREFIX-0…` in a namespace of their own; one in a hundred is labelled `pick: one`. */
export const fill = async (connection: Connection, namespace: string, count: number): Promise<void> => {
  await connection.request('POST', '/api/v1/namespaces', { body: JSON.stringify({ metadata: { name: namespace } }) });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      const body = configMap(`object-${i}`, { pick: i % 100 === 0 ? 'one' : 'other' });
      await connection.request('POST', `/api/v1/namespaces/${namespace}/configmaps`, { body });
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
};
