import { notAcceptable } from '../../apimachinery/errors/api-errors.ts';
import { parseAccept } from '../http/media-type.ts';
import { requireRoute } from '../http/negotiate.ts';

type Format = 'json' | 'yaml' | 'protobuf';

/** How a client takes a discovery document: the plain form, or the aggregated one. */
export interface DiscoveryForm {
  readonly aggregated: boolean;
  readonly format: Format;
}

const formats: Readonly<Record<string, Format>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  'application/*': 'json',
  '*/*': 'json',
  '*': 'json',
};
const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export interface DiscoveryNegotiation {
  /** The document has an aggregated form (KEP-3352). */
  readonly aggregated: boolean;
  /** The path is routed by media type before anybody looks at parameters: `application/*` is none of those named. */
  readonly routed: boolean;
}

/** The first acceptable clause of an Accept header, best quality first. @throws StatusError NotAcceptable */
export const negotiateDiscovery = (accept: string | undefined, { aggregated, routed }: DiscoveryNegotiation): DiscoveryForm => {
  if (!accept) return { aggregated: false, format: 'json' };
  if (routed) requireRoute(accept, types);
  for (const { type, parameters } of parseAccept(accept)) {
    const format = formats[type];
    if (!format) continue;
    const { g, v, as, stream = '' } = parameters;
    if (stream !== '' && stream !== 'watch') continue;
    if (as === undefined && g === undefined && v === undefined) return { aggregated: false, format };
    if (aggregated && format !== 'yaml' && g === 'apidiscovery.k8s.io' && v === 'v2' && as === 'APIGroupDiscoveryList')
      return { aggregated: true, format };
  }
  throw notAcceptable(types);
};
