import { badRequest, notFound, serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { InternalApi } from '../registry/contract.ts';
import { kubeletUrl } from './kubelet-address.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const nodes = { group: '', version: 'v1', resource: 'nodes' };

/** exec, attach and port-forward need a process behind the pod: says which thing is missing. */
export const podStreamRoutes = (api: InternalApi): SubresourceRoute[] =>
  ['attach', 'exec', 'portforward'].map((subresource) => ({
    group: '',
    resource: 'pods',
    subresource,
    async handle({ namespace, name }) {
      const pod = await api.get(pods, name, namespace);
      if (!pod) throw notFound(pods, name);
      const { nodeName } = (pod['spec'] ?? {}) as { nodeName?: string };
      if (nodeName === undefined) throw badRequest(`pod ${name} does not have a host assigned`);
      const node = await api.get(nodes, nodeName);
      if (!node) throw notFound(nodes, nodeName);
      if (!kubeletUrl(node))
        throw badRequest(
          `${subresource}: pod ${name} runs on the simulated node ${nodeName}: it has no process to talk to (its logs and status are simulated; containers run in clusters with nodes of their own, which \`causeway cluster add\` joins)`,
        );
      throw serviceUnavailable(`${subresource}: streams to the kubelet of ${nodeName} do not go through this server`);
    },
  }));
