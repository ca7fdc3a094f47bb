import type { ApiRequest } from './exchange.ts';
import type { OutputForm } from './negotiate.ts';

/** Clients with somebody in front of them get indented JSON unless they ask otherwise, as from kube-apiserver. */
const readByPeople = /^(?:curl|Wget|Mozilla\/5\.0)/;

/** The form, indented where the query or the client asks for it. */
export const readableForm = (form: OutputForm, { headers }: ApiRequest, query: URLSearchParams): OutputForm => {
  const pretty = query.get('pretty') || String(readByPeople.test(headers['user-agent'] ?? ''));
  return pretty === 'true' || pretty === '1' ? { ...form, pretty: true } : form;
};
