import { contentTypeOf, encodedResponse, type Encodable } from '../http/encode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { readableForm } from '../http/pretty.ts';
import type { RoutedRequest } from '../http/route.ts';

/** A plain discovery document, given in JSON, as the client wants it: as it is, indented for people, in YAML or in protobuf. */
export const inPlainForm = (
  { request, query }: Pick<RoutedRequest, 'request' | 'query'>,
  answer: ApiResponse,
  format: OutputForm['format'],
): ApiResponse => {
  const form = readableForm({ format, pretty: false }, request, query);
  if ((format === 'json' && !form.pretty) || !(answer.body instanceof Uint8Array)) return answer;
  const document = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Encodable;
  const typed = format === 'protobuf' ? { ...document, apiVersion: 'v1' } : document;
  const encoded = encodedResponse(answer.status, typed, form);
  return { ...encoded, headers: { ...answer.headers, 'content-type': contentTypeOf(form) } };
};
