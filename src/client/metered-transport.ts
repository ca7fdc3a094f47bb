import type { MetricsSink } from './metrics-sink.ts';
import type { Transport, TransportRequest } from './transport.ts';

/** Reports the rest_client_* families: requests, how long they took, and the bytes both ways where there are any. `host` labels the server; a broken exchange has code `<error>`. */
export const createMeteredTransport = (
  transport: Transport,
  { sink, host, now = () => performance.now() }: { readonly sink: MetricsSink; readonly host: string; readonly now?: () => number },
): Transport => {
  const bytes = ({ body }: TransportRequest): number => (typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0));
  const metered = async <A extends { readonly status: number; readonly body?: Uint8Array; readonly object?: unknown }>(
    request: TransportRequest,
    call: () => Promise<A>,
  ): Promise<A> => {
    const startedAt = now();
    let code = '<error>';
    try {
      const answer = await call();
      code = String(answer.status);
      if (answer.body && answer.object === undefined)
        sink.observe('rest_client_response_size_bytes', { host, verb: request.method }, answer.body.length);
      return answer;
    } finally {
      const { method } = request;
      if (request.content === undefined) sink.observe('rest_client_request_size_bytes', { host, verb: method }, bytes(request));
      sink.add('rest_client_requests_total', { code, host, method });
      sink.observe('rest_client_request_duration_seconds', { host, verb: method }, (now() - startedAt) / 1000);
    }
  };
  return {
    ...(transport.passesObjects ? { passesObjects: true } : {}),
    request: (request) => metered(request, () => transport.request(request)),
    stream: (request) => metered(request, () => transport.stream(request)),
    close: () => transport.close(),
  };
};
