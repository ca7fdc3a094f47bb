import type { ServerExtensionFactory } from '../extension.ts';
import { createKubelets } from './kubelets.ts';
import { podLogRoute } from './pod-log.ts';
import { podStreamRoutes } from './pod-streams.ts';
import { proxyRoutes } from './proxies.ts';

/** What the API server asks kubelets for on behalf of clients. */
export const kubeletExtension: ServerExtensionFactory = (context) => {
  const { api, options } = context;
  const kubelets = createKubelets(api, options.kubelet);
  return {
    name: 'kubelet',
    subresources: [podLogRoute(api, kubelets), ...proxyRoutes(api, kubelets), ...podStreamRoutes(context, kubelets)],
  };
};
