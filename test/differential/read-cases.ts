import type { Step } from './requests.ts';

const get = (path: string, accept?: string): Step => ({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) });
const maps = '/api/v1/namespaces/diff/configmaps';
const own = { differs: 'our own kinds are in it' };

const accepts = [
  'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*', 'text/plain', 'text/html', 'application/*', 'application/xml', '',
  'application/json;q=0.5,application/vnd.kubernetes.protobuf;q=0.9', 'application/vnd.kubernetes.protobuf,application/json', 'application/json;charset=utf-8',
  'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io', 'application/json;as=Table;v=v2;g=meta.k8s.io', 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=Foo;v=v1;g=meta.k8s.io', 'application/json;as=Foo;v=v1;g=meta.k8s.io,application/json', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'application/json;pretty=1', 'application/json;as=Table', 'application/json;stream=watch', 'application/cbor', 'application/json;profile=nopeer',
]; // prettier-ignore

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const tabled = [
  'apis/apps/v1/deployments', 'api/v1/pods', 'api/v1/services', 'api/v1/nodes', 'api/v1/secrets', 'api/v1/serviceaccounts', 'api/v1/endpoints', 'api/v1/events', 'api/v1/persistentvolumes', 'api/v1/persistentvolumeclaims',
  'api/v1/resourcequotas', 'api/v1/limitranges', 'api/v1/replicationcontrollers', 'api/v1/podtemplates', 'apis/apps/v1/statefulsets', 'apis/apps/v1/daemonsets', 'apis/apps/v1/replicasets', 'apis/apps/v1/controllerrevisions',
  'apis/batch/v1/jobs', 'apis/batch/v1/cronjobs', 'apis/networking.k8s.io/v1/ingresses', 'apis/networking.k8s.io/v1/networkpolicies', 'apis/networking.k8s.io/v1/ingressclasses', 'apis/policy/v1/poddisruptionbudgets',
  'apis/autoscaling/v2/horizontalpodautoscalers', 'apis/autoscaling/v1/horizontalpodautoscalers', 'apis/storage.k8s.io/v1/storageclasses', 'apis/storage.k8s.io/v1/csidrivers', 'apis/storage.k8s.io/v1/csinodes', 'apis/storage.k8s.io/v1/volumeattachments',
  'apis/rbac.authorization.k8s.io/v1/rolebindings', 'apis/rbac.authorization.k8s.io/v1/roles', 'apis/certificates.k8s.io/v1/certificatesigningrequests', 'apis/coordination.k8s.io/v1/namespaces/diff/leases', 'apis/discovery.k8s.io/v1/namespaces/diff/endpointslices',
  'apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', 'apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', 'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies', 'apis/scheduling.k8s.io/v1/priorityclasses',
  'apis/node.k8s.io/v1/runtimeclasses', 'apis/flowcontrol.apiserver.k8s.io/v1/flowschemas', 'apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations', 'apis/resource.k8s.io/v1/resourceclaims', 'apis/networking.k8s.io/v1/servicecidrs',
]; // prettier-ignore

export const tableCases: Step[] = [
  ...accepts.flatMap((accept) => [get(`${maps}/a`, accept), get(`${maps}?limit=2`, accept)]),
  ...accepts.map((accept) => get('/version', accept)),
  ...accepts.map((accept) => get('/apis/apps/v1', accept)),
  ...tabled.map((path) => get(`/${path}?limit=1&labelSelector=none`, table)),
  get('/apis/rbac.authorization.k8s.io/v1/clusterroles/admin', table), get('/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas', table), get('/api/v1/namespaces/default/services/kubernetes', table),
  get('/api/v1/namespaces/diff', table), get('/apis/scheduling.k8s.io/v1/priorityclasses', table), get('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps', table),
  ...['Object', 'None', 'Metadata', 'Foo', ''].map((form) => get(`${maps}/a?includeObject=${form}`, table)),
  get(`${maps}/absent`, table), get(`${maps}/absent`, 'application/vnd.kubernetes.protobuf'), get(`${maps}/absent`, 'application/yaml'), get('/foo', 'application/vnd.kubernetes.protobuf'),
]; // prettier-ignore

const groups = ['apps', 'batch', 'autoscaling', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'storage.k8s.io', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io', 'certificates.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'node.k8s.io', 'scheduling.k8s.io', 'flowcontrol.apiserver.k8s.io', 'resource.k8s.io']; // prettier-ignore

export const discoveryCases: Step[] = [
  get('/api'), get('/api/v1'), { ...get('/apis'), ...own }, get('/apis/'), get('/api/'), get('/api/v1/'), get('/apis/foo'), get('/apis/foo/v1'), get('/api/v2'), get('/apis/apps/v2'),
  ...groups.flatMap((group) => [get(`/apis/${group}`), get(`/apis/${group}/v1`)]), get('/apis/autoscaling/v2'),
  get('/api', 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'), get('/api', 'application/json;v=v2beta1;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'),
  get('/api', 'application/json;v=v3;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'), get('/api', 'application/vnd.kubernetes.protobuf;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'),
  get('/api', 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList;profile=nopeer'), get('/apis', 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'),
  get('/version'), get('/version/'), get('/healthz'), get('/livez'), get('/readyz'), get('/healthz/ping'), get('/livez/ping'), get('/readyz/absent'), get('/readyz?exclude=ping'), get('/openapi/v3'),
  get('/openapi/v3/api/v1?hash=x'), get('/openapi/v3/apis/foo/v1'), get('/.well-known/openid-configuration'), get('/'), get('/logs'), get('/metrics/'), get('/ui'), get('/swagger.json'),
]; // prettier-ignore
