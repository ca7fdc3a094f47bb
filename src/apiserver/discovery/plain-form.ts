import { encodedResponse, type Encodable } from '../http/encode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { RoutedRequest } from '../http/route.ts';
import { negotiateDiscovery } from './negotiate.ts';

/** A plain discovery document as the client wants it: JSON as it is, indented when `pretty` asks, or YAML. @throws StatusError NotAcceptable */
export const inPlainForm = ({ request, query }: Pick<RoutedRequest, 'request' | 'query'>, answer: ApiResponse): ApiResponse => {
  const form = negotiateDiscovery(request.headers['accept'], { aggregated: true });
  const isYaml = form.aggregated === undefined && form.isYaml === true;
  const pretty = ['1', 'true'].includes(query.get('pretty') ?? '');
  if ((!isYaml && !pretty) || !(answer.body instanceof Uint8Array)) return answer;
  const document = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Encodable;
  const encoded = encodedResponse(answer.status, document, { format: isYaml ? 'yaml' : 'json', pretty });
  return { ...encoded, headers: { ...answer.headers, ...encoded.headers } };
};
