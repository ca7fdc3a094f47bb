import { formatGroupVersion } from '../apimachinery/meta/group-version.ts';
import type { GroupVersionResource } from '../apimachinery/meta/group-version.ts';

export interface ResourcePath {
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly subresource?: string;
}

/** The URL path of a resource, object or subresource: `/apis/apps/v1/namespaces/default/deployments/web/status`. */
export const resourcePath = (ref: GroupVersionResource, at: ResourcePath = {}): string => {
  let path = `${ref.group === '' ? '/api' : '/apis'}/${formatGroupVersion(ref.group, ref.version)}`;
  if (at.namespace !== undefined && at.namespace !== '') path += `/namespaces/${encodeURIComponent(at.namespace)}`;
  path += `/${ref.resource}`;
  if (at.name !== undefined) path += `/${encodeURIComponent(at.name)}`;
  if (at.subresource !== undefined) path += `/${at.subresource}`;
  return path;
};

/** `?a=1&b=2` of the values that are set; the empty string when none is. */
export const queryString = (values: Readonly<Record<string, string | number | boolean | undefined>>): string => {
  let query = '';
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query += `${query === '' ? '?' : '&'}${name}=${encodeURIComponent(String(value))}`;
  }
  return query;
};
