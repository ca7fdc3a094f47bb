import { notFound, serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { InternalApi } from '../registry/contract.ts';
import { forward } from './forward.ts';
import { kubeletUrl } from './kubelet-address.ts';

const nodes = { group: '', version: 'v1', resource: 'nodes' };

/** Any method on nodes/NAME/proxy/PATH goes to PATH of the node's kubelet. */
export const nodeProxyRoute = (api: InternalApi): SubresourceRoute => ({
  group: '',
  resource: 'nodes',
  subresource: 'proxy',
  async handle({ request, name, path }) {
    const [nodeName = ''] = name.split(':');
    const node = await api.get(nodes, nodeName);
    if (!node) throw notFound(nodes, nodeName);
    const kubelet = kubeletUrl(node);
    if (!kubelet) throw serviceUnavailable(`node ${nodeName} is simulated: its kubelet serves nothing`);
    const marker = `/nodes/${name}/proxy`;
    const rest =
      path
        .slice(path.indexOf(marker) + marker.length)
        .split('/')
        .map(encodeURIComponent)
        .join('/') || '/';
    const question = request.url.indexOf('?');
    return forward(request, { target: new URL(rest + (question < 0 ? '' : request.url.slice(question)), kubelet) });
  },
});
