/** `causeway/client`: a typed client of any Kubernetes API server, in process or over HTTPS. */
export { createClient } from './client.ts';
export type { ClientOptions } from './client.ts';
export type * from './contract.ts';
export { discoverResources } from './discovery.ts';
export type { DiscoveredResource, Discovery } from './discovery.ts';
export { createHttpTransport } from './http/http-transport.ts';
export { fixedCredentials } from './http/options.ts';
export type { Credentials, CredentialSource, HttpTransportOptions } from './http/options.ts';
export { inClusterTransport } from './in-cluster.ts';
export { parseKubeconfig, readKubeconfig, targetOfKubeconfig } from './kubeconfig.ts';
export type { Kubeconfig, KubeconfigTarget } from './kubeconfig.ts';
export { TransportError } from './transport.ts';
export type { Transport, TransportRequest, TransportResponse, TransportStream } from './transport.ts';
export { StatusError, isStatusError } from '../apimachinery/errors/status-error.ts';
export type { StatusReason } from '../apimachinery/errors/status-error.ts';
export type { GroupVersionKind, GroupVersionResource, ResourceRef } from '../apimachinery/meta/group-version.ts';
export type { KubeList, KubeObject, ObjectMeta, OwnerReference, UnstructuredObject } from '../apimachinery/meta/object.ts';
