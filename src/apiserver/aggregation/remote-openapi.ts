import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { aggregatorHeaders } from './availability.ts';
import { readUpstreamBody, sendUpstream } from './upstream.ts';
import type { Upstreams } from './upstream.ts';

const maxIndexBytes = 4 * 2 ** 20;
const timeoutMilliseconds = 5000;

/** The path of a group version's OpenAPI v3 document below /openapi/v3. */
export const documentPath = ({ spec: { group = '', version = '' } }: APIService): string => `apis/${formatGroupVersion(group, version)}`;

/** The same, and that of the group alone. */
export const documentPaths = (service: APIService): readonly string[] => [documentPath(service), `apis/${service.spec.group ?? ''}`];

/** Where an aggregated API server says that its OpenAPI v3 documents are, by path; those that it does not tell of are absent. Never rejects. */
export const findRemoteDocuments = async (
  service: APIService,
  upstreams: Upstreams,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  try {
    const incoming = await sendUpstream(await upstreams.resolve(service), {
      method: 'GET',
      path: '/openapi/v3',
      headers: aggregatorHeaders,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    const body = await readUpstreamBody(incoming, maxIndexBytes);
    if (incoming.statusCode !== 200) return new Map();
    const { paths = {} } = JSON.parse(body.toString()) as { paths?: Record<string, { serverRelativeURL?: string }> };
    return new Map(
      documentPaths(service).flatMap((path) => {
        const url = paths[path]?.serverRelativeURL;
        return url === undefined ? [] : [[path, url] as const];
      }),
    );
  } catch {
    return new Map();
  }
};
