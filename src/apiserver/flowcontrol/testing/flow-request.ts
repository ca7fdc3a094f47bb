import type { UserInfo } from '../../http/exchange.ts';
import type { FlowRequest } from '../contract.ts';

/** A request as flow control sees it: anna's, for the pods of a namespace, unless said otherwise. */
export const flowRequest = ({
  user = { username: 'anna', groups: [] },
  info = {},
  query = '',
  signal = new AbortController().signal,
}: {
  readonly user?: UserInfo;
  readonly info?: Partial<FlowRequest['info']>;
  readonly query?: string;
  readonly signal?: AbortSignal;
} = {}): FlowRequest => ({
  user,
  info: {
    isResource: true,
    verb: 'get',
    path: '/',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: '',
    namespace: 'default',
    name: '',
    ...info,
  },
  query: new URLSearchParams(query),
  request: { signal, remoteAddress: '127.0.0.1' },
});
