import type { ServerExtensionFactory } from '../extension.ts';
import { nodeProxyRoute } from './node-proxy.ts';
import { podLogRoute } from './pod-log.ts';
import { podStreamRoutes } from './pod-streams.ts';

/** What the API server asks kubelets for on behalf of clients. */
export const kubeletExtension: ServerExtensionFactory = ({ api }) => ({
  name: 'kubelet',
  subresources: [podLogRoute(api), nodeProxyRoute(api), ...podStreamRoutes(api)],
});
