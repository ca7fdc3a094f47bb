import { get } from './step.ts';
import type { Step } from './requests.ts';

const maps = '/api/v1/namespaces/diff/configmaps';

const kinds = [
  'api/v1/pods', 'api/v1/services', 'api/v1/nodes', 'api/v1/secrets', 'api/v1/serviceaccounts', 'api/v1/endpoints', 'api/v1/events', 'api/v1/persistentvolumes', 'api/v1/persistentvolumeclaims', 'api/v1/namespaces',
  'api/v1/resourcequotas', 'api/v1/limitranges', 'api/v1/replicationcontrollers', 'api/v1/podtemplates', 'apis/apps/v1/statefulsets', 'apis/apps/v1/daemonsets', 'apis/apps/v1/replicasets', 'apis/apps/v1/deployments', 'apis/apps/v1/controllerrevisions',
  'apis/batch/v1/jobs', 'apis/batch/v1/cronjobs', 'apis/networking.k8s.io/v1/ingresses', 'apis/networking.k8s.io/v1/networkpolicies', 'apis/policy/v1/poddisruptionbudgets', 'apis/autoscaling/v2/horizontalpodautoscalers',
  'apis/storage.k8s.io/v1/storageclasses', 'apis/storage.k8s.io/v1/volumeattachments', 'apis/rbac.authorization.k8s.io/v1/rolebindings', 'apis/rbac.authorization.k8s.io/v1/clusterroles', 'apis/certificates.k8s.io/v1/certificatesigningrequests',
  'apis/coordination.k8s.io/v1/leases', 'apis/discovery.k8s.io/v1/endpointslices', 'apis/events.k8s.io/v1/events', 'apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', 'apis/scheduling.k8s.io/v1/priorityclasses',
  'apis/node.k8s.io/v1/runtimeclasses', 'apis/flowcontrol.apiserver.k8s.io/v1/flowschemas', 'apis/resource.k8s.io/v1/resourceclaims', 'apis/resource.k8s.io/v1/resourceslices', 'apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'apis/apiregistration.k8s.io/v1/apiservices',
]; // prettier-ignore

const fields = [
  'metadata.name=absent', 'metadata.namespace=absent', 'metadata.uid=x', 'spec.nodeName=absent', 'status.phase=absent', 'spec.foo!=', 'type=absent', 'reason=absent', 'metadata.labels.a=b', 'involvedObject.kind=absent',
  'regarding.kind=absent', 'spec.signerName=absent', 'status.successful=99', 'spec.unschedulable=maybe', 'spec.clusterIP=absent', 'spec.type=absent', 'spec.podIP=x', 'status.podIP=absent', 'status.podIPs=absent', 'spec.hostNetwork=maybe', 'spec.restartPolicy=absent', 'spec.schedulerName=absent',
  'spec.serviceAccountName=absent', 'status.nominatedNodeName=absent', 'status.replicas=99', 'reportingComponent=absent', 'source=absent', 'spec.nodeName', 'spec.driver=absent', 'name=absent',
]; // prettier-ignore

const labels = [
  'a', '!a', '! a', 'a=', 'a!=', 'a==', '=b', 'a=b=c', 'a===b', 'a!b', 'a!!=b', 'a in', 'a in (', 'a in (b', 'a in (b,', 'a in (b,)', 'a in (,)', 'a in (b))', 'a notin b', 'a in (b) c', 'in (b)', 'notin', 'in', 'in in (in)', 'a,', ',a', 'a,,b', ' a ',
  'a=b c', 'a b=c', 'A/b/c=d', '/a=b', 'a/=b', 'a.b/c=d', 'A.b/c=d', `${'x'.repeat(64)}=b`, `a=${'x'.repeat(64)}`, 'a=-', 'a=b-', 'a=.b', 'a>1', 'a<1', 'a>b', 'a>=1', 'a>1.5', 'a> 1', 'a>1,a<5', 'a~b', 'a=b;c', '"a"=b', 'a="b"', "a='b'", '(a)', '()', 'a=(b)', '!', '!!a', '!a=b', 'a,!b', 'a=b,c!=d,e in (f,g),h', 'ä=b', 'a=ä', 'a\n=b', 'a\t=\tb', '%', 'a=%zz', '*', 'a=*', 'a exists', 'a;b',
]; // prettier-ignore

const fieldTexts = [
  'metadata.name', 'metadata.name=', 'metadata.name!=', 'metadata.name==', '=a', 'metadata.name=a=b', 'metadata.name=a,', ',metadata.name=a', 'metadata.name=a,,metadata.name=b', 'metadata.name=a\\,b', 'metadata.name=a\\=b', 'metadata.name=a\\', 'metadata.name=a\\x',
  ' metadata.name=a', 'metadata.name =a', 'metadata.name= a', 'metadata.name===a', 'metadata.name!==a', 'metadata.name in (a)', 'metadata.name>a', '!metadata.name', '.metadata.name=a', 'metadata..name=a', 'metadata.name=a&metadata.name=b', '(', ',', 'a', 'METADATA.NAME=a', 'metadata.name=a,metadata.namespace=diff', 'metadata.name!=a,metadata.name!=b', 'metadata.namespace!=diff',
]; // prettier-ignore

const q = encodeURIComponent;

/** Selectors: which fields each kind knows, and texts that are none. */
export const selectorCases: Step[] = [
  ...kinds.flatMap((kind) => fields.map((field) => get(`/${kind}?fieldSelector=${q(field)}&labelSelector=none`))),
  ...labels.map((text) => get(`${maps}?labelSelector=${q(text)}`)),
  ...labels.map((text) => get(`${maps}?watch=true&timeoutSeconds=1&labelSelector=${q(text)}&fieldSelector=metadata.name%3Dabsent&resourceVersion=x`)),
  ...fieldTexts.map((text) => get(`${maps}?fieldSelector=${q(text)}`)),
  get(`${maps}?labelSelector=a&labelSelector=b`), get(`${maps}?fieldSelector=metadata.name%3Da&fieldSelector=metadata.name%3Db`),
]; // prettier-ignore
