import { badRequest, notFound, serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { InternalApi } from '../registry/contract.ts';
import { kubeletUrl } from './kubelet-address.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const nodes = { group: '', version: 'v1', resource: 'nodes' };

/** exec, attach, port-forward and proxy need a process behind the pod: says which thing is missing. */
export const podStreamRoutes = (api: InternalApi): SubresourceRoute[] =>
  ['attach', 'exec', 'portforward', 'proxy'].map((subresource) => ({
    group: '',
    resource: 'pods',
    subresource,
    async handle({ namespace, name }) {
      const podName = subresource === 'proxy' ? name.replace(/^(?:https?:)?([^:]+).*$/, '$1') : name;
      const pod = await api.get(pods, podName, namespace);
      if (!pod) throw notFound(pods, podName);
      const { nodeName } = (pod['spec'] ?? {}) as { nodeName?: string };
      if (nodeName === undefined) throw badRequest(`pod ${podName} does not have a host assigned`);
      const node = await api.get(nodes, nodeName);
      if (!node) throw notFound(nodes, nodeName);
      if (!kubeletUrl(node))
        throw badRequest(`${subresource}: pod ${podName} runs on the simulated node ${nodeName}: it has no process to talk to`);
      throw serviceUnavailable(`${subresource}: streams to the kubelet of ${nodeName} do not go through this server`);
    },
  }));
