import type { MetricsSink } from './metrics-sink.ts';
import type { Transport, TransportRequest } from './transport.ts';

/** Reports rest_client_requests_total and rest_client_request_duration_seconds. `host` labels the server; a broken exchange has code `<error>`. */
export const createMeteredTransport = (
  transport: Transport,
  { sink, host, now = () => performance.now() }: { readonly sink: MetricsSink; readonly host: string; readonly now?: () => number },
): Transport => {
  const metered = async <A extends { readonly status: number }>(request: TransportRequest, call: () => Promise<A>): Promise<A> => {
    const startedAt = now();
    let code = '<error>';
    try {
      const answer = await call();
      code = String(answer.status);
      return answer;
    } finally {
      const { method } = request;
      sink.add('rest_client_requests_total', { code, host, method });
      sink.observe('rest_client_request_duration_seconds', { host, verb: method }, (now() - startedAt) / 1000);
    }
  };
  return {
    request: (request) => metered(request, () => transport.request(request)),
    stream: (request) => metered(request, () => transport.stream(request)),
    close: () => transport.close(),
  };
};
