import { badRequest, forbidden, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { connectionOptions } from '../endpoints/admit-connection.ts';
import type { ServerContext, SubresourceRoute } from '../extension.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { SubresourceRequest } from '../http/route.ts';
import type { Backend } from '../proxy/backend.ts';
import { passUpgrade } from '../proxy/dial-upgrade.ts';
import { chooseContainer } from './choose-container.ts';
import { type Kubelets, nodeNameOf } from './kubelets.ts';
import { translateStreams, wantsTranslation } from './translate-streams.ts';
import { tunnelStreams, wantsTunnel } from './tunnel-streams.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };

/** As a query says it. */
interface ProcessOptions {
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly tty?: boolean;
  readonly container?: string;
  readonly command?: readonly string[] | null;
}

const optionsOf = ({ namespace, name, subresource, path, query }: SubresourceRequest, kind: string): Record<string, unknown> =>
  connectionOptions({ info: { resource: 'pods', namespace, name, subresource } as never, path, query }, kind);

/** Whoever may read only shall not run anything by asking with GET, as WebSockets do. @throws StatusError Forbidden */
const requireCreate = async (
  authorize: ServerContext['authorize'],
  { user, namespace, name, subresource, verb }: SubresourceRequest,
): Promise<void> => {
  if (verb === 'create') return;
  const { decision, reason } = await authorize({ user, verb: 'create', resource: { ...pods, subresource, namespace, name } });
  if (decision !== 'allow') throw forbidden(pods, name, reason);
};

type Serve = (request: SubresourceRequest, pod: UnstructuredObject, kubelet: Backend) => Promise<ApiResponse> | ApiResponse;

const at = ({ target, ...rest }: Backend, path: string, params: URLSearchParams): Backend => {
  const url = new URL(path, target);
  // In the order of Go's encoding, by name.
  params.sort();
  url.search = params.toString();
  return { ...rest, target: url };
};

/** exec and attach: a process' streams. */
const processStreams =
  (kind: string): Serve =>
  (routed, pod, kubelet) => {
    const { request, namespace, name, subresource } = routed;
    const options = optionsOf(routed, kind) as ProcessOptions;
    const container = chooseContainer(pod, options.container ?? null);
    const { stdin = false, stdout = false, stderr = false, tty = false, command } = options;
    const params = new URLSearchParams();
    for (const [param, wanted] of Object.entries({ input: stdin, output: stdout, error: stderr, tty })) if (wanted) params.set(param, '1');
    for (const each of command ?? []) params.append('command', each);
    const backend = at(kubelet, `/${subresource}/${namespace}/${name}/${container}`, params);
    if (wantsTranslation(request)) return translateStreams(request, backend, { stdin, stdout, stderr, tty });
    return passUpgrade(request, { backend });
  };

const ports: Serve = (routed, _pod, kubelet) => {
  const { request, namespace, name } = routed;
  const wanted = (optionsOf(routed, 'PodPortForwardOptions') as { ports?: readonly number[] }).ports ?? [];
  const params = new URLSearchParams(wanted.length > 0 ? { port: wanted.join(',') } : {});
  const backend = at(kubelet, `/portForward/${namespace}/${name}`, params);
  return wantsTunnel(request) ? tunnelStreams(request, backend) : passUpgrade(request, { backend });
};

/** exec, attach and port-forward: streams between a client and a pod's kubelet, over SPDY or WebSockets. */
export const podStreamRoutes = ({ api, authorize }: Pick<ServerContext, 'api' | 'authorize'>, kubelets: Kubelets): SubresourceRoute[] =>
  Object.entries({ attach: processStreams('PodAttachOptions'), exec: processStreams('PodExecOptions'), portforward: ports }).map(
    ([subresource, serve]) => ({
      group: '',
      resource: 'pods',
      subresource,
      async handle(routed) {
        const { request, namespace, name } = routed;
        await requireCreate(authorize, routed);
        const pod = await api.get(pods, name, namespace);
        if (!pod) throw notFound(pods, name);
        if (subresource !== 'portforward') chooseContainer(pod, routed.query.get('container'));
        const nodeName = nodeNameOf(pod);
        const kubelet = await kubelets.find(nodeName);
        if (!kubelet)
          throw badRequest(
            `${subresource}: pod ${name} runs on the simulated node ${nodeName}: it has no process to talk to (its logs and status are simulated; containers run in clusters with nodes of their own, which \`causeway cluster add\` joins)`,
          );
        if (request.upgrade === undefined) throw badRequest('Upgrade request required');
        return serve(routed, pod, kubelet);
      },
    }),
  );
