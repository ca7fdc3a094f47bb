import type { ServerExtensionFactory } from '../extension.ts';
import { podLogRoute } from './pod-log.ts';
import { podStreamRoutes } from './pod-streams.ts';
import { proxyRoutes } from './proxies.ts';

/** What the API server asks kubelets for on behalf of clients. */
export const kubeletExtension: ServerExtensionFactory = ({ api }) => ({
  name: 'kubelet',
  subresources: [podLogRoute(api), ...proxyRoutes(api), ...podStreamRoutes(api)],
});
