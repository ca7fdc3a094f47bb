import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { Json, JsonObject, KubeObject } from '../../../apimachinery/meta/object.ts';
import type { ControllerRevision } from '../../../api/apps/types.gen.ts';
import type { PodTemplateSpec } from '../../../api/core/types.gen.ts';
import { controllerRevisionsRef } from '../../../api/refs.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { deleteObject } from './delete-object.ts';
import { controllerReference } from './owner.ts';
import { hashName } from './template-hash.ts';

type Owner = KubeObject & { spec: { template: PodTemplateSpec; revisionHistoryLimit?: number }; status?: { collisionCount?: number } };

export const revisionHashLabel = 'controller-revision-hash';

const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  Number(a.revision) - Number(b.revision) || (a.metadata.name < b.metadata.name ? -1 : 1);

/** The strategic merge patch that `kubectl rollout undo` applies to go back to a revision; keys sorted: clients compare its bytes. */
const dataOf = ({ spec }: Owner): JsonObject =>
  sortKeys({ spec: { template: { ...spec.template, $patch: 'replace' } } } as unknown as JsonObject) as JsonObject;

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}

export const templateOf = ({ data }: ControllerRevision): PodTemplateSpec => {
  const { $patch: _patch, ...template } = (data as unknown as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template;
  return template;
};

/**
 * The revision of the owner's present template: an equal one, made the newest, or a new one. History beyond the limit goes, except `kept`.
 * @throws StatusError AlreadyExists when another template has the same hash: raise status.collisionCount
 */
export const syncRevision = async (
  client: Client,
  {
    owner,
    ownerRef,
    revisions,
    hashLabel = revisionHashLabel,
  }: {
    readonly owner: Owner;
    readonly ownerRef: ResourceRef;
    readonly revisions: readonly ControllerRevision[];
    /** The label of the revision that holds its hash. */
    readonly hashLabel?: string;
  },
): Promise<ControllerRevision> => {
  const resource = client.resource<ControllerRevision>(controllerRevisionsRef);
  const sorted = revisions.toSorted(byRevision);
  const next = Number(sorted.at(-1)?.revision ?? 0) + 1;
  const data = dataOf(owner);
  const equal = sorted.findLast((revision) => semanticEqual(revision.data, data));
  if (equal) return equal === sorted.at(-1) ? equal : resource.update({ ...equal, revision: next });
  const hash = hashName(data, owner.status?.collisionCount ?? 0);
  const metadata = {
    name: `${owner.metadata.name}-${hash}`,
    namespace: owner.metadata.namespace ?? '',
    labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
    ...(owner.metadata.annotations ? { annotations: { ...owner.metadata.annotations } } : {}),
    ownerReferences: [controllerReference(owner, ownerRef)],
  };
  try {
    return await resource.create({ apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, data, revision: next });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    const existing = await resource.get(metadata.name, metadata.namespace);
    if (semanticEqual(existing.data, data)) return existing;
    throw error;
  }
};

/** Deletes the oldest revisions above spec.revisionHistoryLimit (default 10) that no pod uses. */
export const truncateHistory = async (
  client: Client,
  {
    owner,
    revisions,
    inUse,
  }: {
    readonly owner: Owner;
    readonly revisions: readonly ControllerRevision[];
    readonly inUse: (revision: ControllerRevision) => boolean;
  },
): Promise<void> => {
  const old = revisions.filter((revision) => !inUse(revision)).toSorted(byRevision);
  const excess = old.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const revision of old.slice(0, Math.max(0, excess)))
    await deleteObject(client.resource<ControllerRevision>(controllerRevisionsRef), revision);
};
