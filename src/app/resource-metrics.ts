import type { Node, Pod } from '../api/core/types.gen.ts';
import { notFound } from '../apimachinery/errors/api-errors.ts';
import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import { parseFieldSelector, requiredFieldValue } from '../apimachinery/selectors/field-selector.ts';
import { matchesLabels } from '../apimachinery/selectors/label-selector.ts';
import { parseLabelSelector } from '../apimachinery/selectors/parse-label-selector.ts';
import type { ServerContext, ServerExtensionFactory, SubresourceRoute } from '../apiserver/extension.ts';
import type { SubresourceRequest } from '../apiserver/http/route.ts';
import { nodeMetrics, podMetrics } from '../features/kubernetes/resource-metrics/measure.ts';

const group = 'metrics.k8s.io';
const core = (resource: string) => ({ group: '', version: 'v1', resource });

/** The objects that a request's selectors take in, by name. */
const selected = <T extends KubeObject>(objects: readonly T[], { query }: SubresourceRequest): T[] => {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const name = requiredFieldValue(parseFieldSelector(query.get('fieldSelector') ?? ''), 'metadata.name');
  return objects
    .filter(({ metadata }) => matchesLabels(labels, metadata.labels ?? {}) && (name === undefined || metadata.name === name))
    .toSorted((a, b) => {
      const [left, right] = [a, b].map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`) as [string, string];
      return left < right ? -1 : left > right ? 1 : 0;
    });
};

const route = (
  resource: string,
  kind: string,
  measure: (request: SubresourceRequest) => Promise<readonly KubeObject[]>,
): SubresourceRoute => ({
  group,
  resource,
  subresource: '',
  async handle(request) {
    const { name, namespace } = request;
    const measured = await measure(request);
    if (name === '') return request.respondList(measured as readonly UnstructuredObject[]);
    const found = measured.find(({ metadata }) => metadata.name === name);
    if (!found) throw notFound({ group, resource: kind.toLowerCase() }, namespace === '' ? name : `${namespace}/${name}`);
    return request.respond(200, found as UnstructuredObject);
  },
});

/** metrics.k8s.io as metrics-server serves it (`kubectl top`), from what the simulated nodes and pods of this server use. */
export const resourceMetricsExtension: ServerExtensionFactory = ({ api, options }: ServerContext) => {
  const podsOf = async (namespace?: string): Promise<readonly Pod[]> =>
    (await api.list(core('pods'), namespace || undefined)) as unknown as readonly Pod[];
  const now = (): Date => new Date(options.now());
  return {
    name: 'resource-metrics',
    subresources: [
      route('pods', 'PodMetrics', async (request) =>
        selected(await podsOf(request.namespace), request).flatMap((pod) => podMetrics(pod, now()) ?? []),
      ),
      route('nodes', 'NodeMetrics', async (request) => {
        const [nodes, pods] = await Promise.all([api.list(core('nodes')), podsOf()]);
        return selected(nodes as unknown as readonly Node[], request).flatMap((node) => nodeMetrics(node, pods, now()) ?? []);
      }),
    ],
  };
};
