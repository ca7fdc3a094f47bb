import { lookup } from 'node:dns/promises';
import { badRequest, notFound, serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { Backend } from '../proxy/backend.ts';
import type { InternalApi } from '../registry/contract.ts';
import { isOverridden, isSimulated } from './kubelet-address.ts';
import type { Kubelets } from './kubelets.ts';
import { mayProxyTo, parseProxyName, proxyRequest, proxyUrl, type ProxyName } from './proxy-target.ts';

interface PodFields {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly ports?: readonly { containerPort: number }[] }[];
  };
  readonly status?: { readonly podIP?: string };
}

interface EndpointAddress {
  readonly ip: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

interface EndpointsFields {
  readonly subsets?: readonly {
    readonly addresses?: readonly EndpointAddress[];
    readonly ports?: readonly { name?: string; port: number }[];
  }[];
}

const core = (resource: string) => ({ group: '', version: 'v1', resource });
const nodes = core('nodes');
const pods = core('pods');
const services = core('services');
const endpoints = core('endpoints');

const nameOf = (id: string, kind: string): ProxyName => {
  const parsed = parseProxyName(id);
  if (!parsed) throw badRequest(`invalid ${kind} request "${id}"`);
  return parsed;
};

const read = async (api: InternalApi, resource: ReturnType<typeof core>, name: string, namespace?: string): Promise<UnstructuredObject> => {
  const object = await api.get(resource, name, namespace);
  if (!object) throw notFound(resource, name);
  return object;
};

/** A simulated node runs nothing that could answer. @throws StatusError BadRequest */
const requireProcess = async (api: InternalApi, pod: UnstructuredObject): Promise<void> => {
  const { nodeName } = (pod as PodFields).spec ?? {};
  const node = nodeName ? await api.get(nodes, nodeName) : undefined;
  if (node && isSimulated(node))
    throw badRequest(`proxy: pod ${pod.metadata.name} runs on the simulated node ${nodeName}: it has no process to talk to`);
};

/** Pods prove nothing to the server, as in kube-apiserver. */
const anyCertificate = (target: URL): Backend => ({ target, tls: { rejectUnauthorized: false } });

/** @throws StatusError BadRequest when a node says that it is this machine, or on its link */
const requireElsewhere = async (hostname: string): Promise<void> => {
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch((error: Error) => {
    throw badRequest(error.message);
  });
  if (found.length === 0 || !found.every(({ address }) => mayProxyTo(address))) throw badRequest('address not allowed');
};

/** nodes/NAME/proxy/PATH: PATH of the node's kubelet, or of what serves on another port of the node. */
const nodeProxy = (api: InternalApi, kubelets: Kubelets): SubresourceRoute['handle'] => {
  return async ({ request, name: id, path }) => {
    const { scheme, name, port } = nameOf(id, 'node');
    const node = await read(api, nodes, name);
    const kubelet = kubelets.of(node);
    if (!kubelet) throw serviceUnavailable(`node ${name} is simulated: its kubelet serves nothing`);
    const { hostname, port: own } = kubelet.target;
    if (!isOverridden(node)) await requireElsewhere(hostname);
    const isKubelet = port === '' || port === own || isOverridden(node);
    const backend = isKubelet ? kubelet : anyCertificate(proxyUrl({ scheme, port }, hostname.replace(/^\[|\]$/g, '')));
    return proxyRequest(request, { path, base: `/nodes/${id}/proxy`, backend });
  };
};

/** pods/NAME/proxy/PATH: PATH of the pod, at its first port unless the name says one. */
const podProxy = (api: InternalApi): SubresourceRoute['handle'] => {
  return async ({ request, namespace, name: id, path }) => {
    const { scheme, name, port } = nameOf(id, 'pod');
    const pod = await read(api, pods, name, namespace);
    const { spec = {}, status = {} } = pod as PodFields;
    const { podIP = '' } = status;
    await requireProcess(api, pod);
    if (!mayProxyTo(podIP)) throw badRequest('address not allowed');
    const first = spec.containers?.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
    const target = proxyUrl({ scheme, port: port || String(first ?? '') }, podIP);
    return proxyRequest(request, { path, base: `/pods/${id}/proxy`, backend: anyCertificate(target) });
  };
};

/** The name of the port that a number stands for. @throws StatusError ServiceUnavailable when the service has no such port */
const portName = async (api: InternalApi, namespace: string, { name, port }: ProxyName): Promise<string> => {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const service = await read(api, services, name, namespace);
  const { ports = [] } = (service['spec'] ?? {}) as { ports?: readonly { port: number; name?: string }[] };
  const found = ports.find((each) => each.port === Number(port));
  if (!found) throw serviceUnavailable(`no service port ${Number(port)} found for service "${name}"`);
  return found.name ?? '';
};

/** services/NAME/proxy/PATH: PATH of one of the pods behind the service. */
const serviceProxy = (api: InternalApi): SubresourceRoute['handle'] => {
  return async ({ request, namespace, name: id, path }) => {
    const asked = nameOf(id, 'service');
    const port = await portName(api, namespace, asked);
    const found = (await api.get(endpoints, asked.name, namespace)) as EndpointsFields | undefined;
    if (!found) throw notFound(services, asked.name);
    const { subsets = [] } = found;
    if (subsets.length === 0) throw serviceUnavailable(`no endpoints available for service "${asked.name}"`);
    for (const { addresses = [], ports = [] } of subsets) {
      const open = ports.find(({ name = '' }) => name === port);
      if (!open) continue;
      for (const { ip, targetRef } of addresses) {
        if (targetRef?.kind !== 'Pod' || !mayProxyTo(ip)) continue;
        const pod = await api.get(pods, targetRef.name ?? '', targetRef.namespace);
        if (!pod || (pod as PodFields).status?.podIP !== ip) continue;
        await requireProcess(api, pod);
        const target = proxyUrl({ scheme: asked.scheme, port: String(open.port) }, ip);
        return proxyRequest(request, { path, base: `/services/${id}/proxy`, backend: anyCertificate(target) });
      }
    }
    throw serviceUnavailable(`no endpoints available for service "${id}"`);
  };
};

/** Any method on …/proxy/PATH is passed on to what the object stands for. */
export const proxyRoutes = (api: InternalApi, kubelets: Kubelets): SubresourceRoute[] =>
  Object.entries({ nodes: nodeProxy(api, kubelets), pods: podProxy(api), services: serviceProxy(api) }).map(([resource, handle]) => ({
    group: '',
    resource,
    subresource: 'proxy',
    handle,
  }));
