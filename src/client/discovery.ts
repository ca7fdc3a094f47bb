import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { Client } from './contract.ts';

/** A resource as discovery describes it, in the version its group prefers. */
export interface DiscoveredResource extends ResourceRef {
  readonly verbs: readonly string[];
}

export interface Discovery {
  readonly resources: readonly DiscoveredResource[];
  /** Group versions that could not be discovered (an aggregated API that is down), with what was found. */
  readonly failures: readonly { readonly groupVersion: string; readonly message: string }[];
}

interface AggregatedResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: string;
  readonly verbs: readonly string[];
}

interface AggregatedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly AggregatedResource[];
  }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/**
 * Every resource the server serves, each once, in its group's preferred version, by aggregated discovery (Kubernetes 1.30 and later).
 * A stale group version is reported as a failure and its resources, if any are known, are left out.
 */
export const discoverResources = async (client: Client, options: { readonly signal?: AbortSignal } = {}): Promise<Discovery> => {
  const lists = await Promise.all(['/api', '/apis'].map((path) => client.raw(path, { ...options, accept })));
  const resources: DiscoveredResource[] = [];
  const failures: { groupVersion: string; message: string }[] = [];
  for (const list of lists) {
    for (const group of (list as { items?: readonly AggregatedGroup[] }).items ?? []) readGroup(group, resources, failures);
  }
  return { resources, failures };
};

function readGroup(group: AggregatedGroup, resources: DiscoveredResource[], failures: { groupVersion: string; message: string }[]): void {
  const name = group.metadata?.name ?? '';
  const seen = new Set<string>();
  for (const { version, freshness, resources: served = [] } of group.versions ?? []) {
    if (freshness === 'Stale') {
      failures.push({ groupVersion: `${name}/${version}`, message: 'stale GroupVersion discovery' });
      continue;
    }
    for (const { resource, responseKind, scope, verbs } of served) {
      if (seen.has(resource)) continue;
      seen.add(resource);
      resources.push({ group: name, version, resource, kind: responseKind?.kind ?? '', namespaced: scope === 'Namespaced', verbs });
    }
  }
}
