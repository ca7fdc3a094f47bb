import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { aggregatorHeaders } from './availability.ts';
import { readUpstreamBody, sendUpstream } from './upstream.ts';
import type { Upstreams } from './upstream.ts';

const maxIndexBytes = 4 * 2 ** 20;
const timeoutMilliseconds = 5000;

/** The path of a group version's OpenAPI v3 document below /openapi/v3. */
export const documentPath = ({ spec: { group = '', version = '' } }: APIService): string => `apis/${formatGroupVersion(group, version)}`;

/** Where an aggregated API server says that its OpenAPI v3 document is; undefined when it has none, or does not say. Never rejects. */
export const findRemoteDocument = async (service: APIService, upstreams: Upstreams, signal: AbortSignal): Promise<string | undefined> => {
  try {
    const incoming = await sendUpstream(await upstreams.resolve(service), {
      method: 'GET',
      path: '/openapi/v3',
      headers: aggregatorHeaders,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    const body = await readUpstreamBody(incoming, maxIndexBytes);
    if (incoming.statusCode !== 200) return undefined;
    const { paths = {} } = JSON.parse(body.toString()) as { paths?: Record<string, { serverRelativeURL?: string }> };
    return paths[documentPath(service)]?.serverRelativeURL;
  } catch {
    return undefined;
  }
};
