import { invalidObject, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { queryInteger } from '../http/query-number.ts';
import type { SubresourceRoute } from '../extension.ts';
import { text } from '../http/respond.ts';
import type { InternalApi } from '../registry/contract.ts';
import { chooseContainer } from './choose-container.ts';
import type { Kubelets } from './kubelets.ts';
import { streamLog } from './stream-log.ts';
import { logOptions, simulatedLog } from './simulated-log.ts';
import type { ContainerStatus } from './simulated-log.ts';

interface PodStatus {
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}
interface PodSpec {
  nodeName?: string;
}

const pods = { group: '', version: 'v1', resource: 'pods' };
const passedOptions = ['follow', 'previous', 'sinceSeconds', 'sinceTime', 'timestamps', 'tailLines', 'limitBytes', 'stream'];

const isSet = (flag: string | null): boolean => flag !== null && flag !== '0' && flag.toLowerCase() !== 'false';

/** @throws StatusError BadRequest, Invalid */
const checkOptions = (query: URLSearchParams, name: string): void => {
  const atLeast = (option: string, least: number, detail: string): FieldError[] => {
    const value = queryInteger(query, option);
    return value !== undefined && value < least ? [invalid(option, value, detail)] : [];
  };
  const errors = [
    ...atLeast('tailLines', 0, 'must be greater than or equal to 0'),
    ...atLeast('limitBytes', 1, 'must be greater than 0'),
    ...(query.has('sinceSeconds') && query.has('sinceTime')
      ? [forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified')]
      : atLeast('sinceSeconds', 1, 'must be greater than 0')),
  ];
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'PodLogOptions' }, name, errors);
};

/** GET pods/NAME/log: the kubelet's container log, streamed. A pod without a node has written nothing, a simulated container what its status tells. */
export const podLogRoute = (api: InternalApi, kubelets: Kubelets): SubresourceRoute => ({
  group: '',
  resource: 'pods',
  subresource: 'log',
  async handle({ request, namespace, name, query }) {
    checkOptions(query, name);
    const pod = await api.get(pods, name, namespace);
    if (!pod) throw notFound(pods, name);
    const container = chooseContainer(pod, query.get('container'));
    const { nodeName } = (pod['spec'] ?? {}) as PodSpec;
    if (!nodeName) return { status: 204, headers: {}, body: new Uint8Array() };
    const kubelet = await kubelets.find(nodeName, { insecure: isSet(query.get('insecureSkipTLSVerifyBackend')) });
    if (!kubelet) {
      const { containerStatuses = [], initContainerStatuses = [] } = (pod['status'] ?? {}) as PodStatus;
      return text(200, simulatedLog([...initContainerStatuses, ...containerStatuses], container, logOptions(query, Date.now())));
    }
    const target = new URL(`/containerLogs/${namespace}/${name}/${container}`, kubelet.target);
    for (const option of passedOptions) {
      const value = query.get(option);
      if (value !== null) target.searchParams.set(option, value);
    }
    return streamLog(request, { ...kubelet, target }, name);
  },
});
