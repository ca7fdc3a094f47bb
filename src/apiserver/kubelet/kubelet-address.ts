import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

/** Overrides where a node's kubelet is reached, such as `http://127.0.0.1:40123`. */
export const kubeletEndpointAnnotation = 'node.causeway.dev/kubelet-endpoint';

interface NodeFields {
  spec?: { providerID?: string };
  status?: { addresses?: { type: string; address: string }[]; daemonEndpoints?: { kubeletEndpoint?: { Port?: number } } };
}

const defaultTypes = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const defaultPort = 10_250;

/** Whether an administrator has said where the kubelet is. */
export const isOverridden = ({ metadata }: UnstructuredObject): boolean => Boolean(metadata.annotations?.[kubeletEndpointAnnotation]);

/** Whether nothing runs there, and nobody answers for it. */
export const isSimulated = (node: UnstructuredObject): boolean =>
  !node.metadata.annotations?.[kubeletEndpointAnnotation] && ((node as NodeFields).spec?.providerID ?? '').startsWith('simulated://');

/** Where the node's kubelet serves; undefined for a simulated node that serves nothing. @throws StatusError BadRequest without an address */
export const kubeletUrl = (node: UnstructuredObject, preferredTypes: readonly string[] = defaultTypes): URL | undefined => {
  const override = node.metadata.annotations?.[kubeletEndpointAnnotation];
  if (override) return new URL(override);
  if (isSimulated(node)) return undefined;
  const { status = {} } = node as NodeFields;
  const addresses = status.addresses ?? [];
  const address = preferredTypes.map((type) => addresses.find((each) => each.type === type)?.address).find((each) => each !== undefined);
  if (address === undefined) throw badRequest(`no preferred addresses found; known addresses: ${JSON.stringify(addresses)}`);
  const host = address.includes(':') ? `[${address}]` : address;
  return new URL(`https://${host}:${status.daemonEndpoints?.kubeletEndpoint?.Port || defaultPort}`);
};
