import { validatePodFields } from '../../api/core/validate-pod.ts';
import { validatePodResize } from '../../api/core/validate-pod-resize.ts';
import { timeConditions } from '../../api/certificates/request-status.ts';
import { validateSigningRequestApproval } from '../../api/certificates/validation.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField } from '../../apimachinery/validation/field-errors.ts';
import { metadataKeptWithStatus } from './status-metadata.ts';

type Fields = Record<string, unknown>;

/** What a write to a subresource may change. `keep` answers the object with everything else from the stored one, and shares it. */
export interface SubresourceRule {
  readonly keep: (object: UnstructuredObject, old: UnstructuredObject, definition: KindDefinition) => UnstructuredObject;
  readonly validate?: (object: UnstructuredObject, old: UnstructuredObject) => readonly FieldError[];
  /** The change counts as one of the specification: a new generation. */
  readonly changesSpec: boolean;
}

const specOf = (object: UnstructuredObject): Fields => (object['spec'] ?? {}) as Fields;

/**
 * Everything as it was, but for what `change` puts into the copy. Who manages fields, the version asked for and generateName are the
 * write's own.
 */
const keepAllBut = (
  { metadata: { managedFields, resourceVersion, generateName = '' } }: UnstructuredObject,
  old: UnstructuredObject,
  change: (copy: UnstructuredObject) => void,
): UnstructuredObject => {
  const copy = { ...old, metadata: { ...old.metadata, generateName } };
  if (managedFields) copy.metadata.managedFields = managedFields;
  if (resourceVersion) copy.metadata.resourceVersion = resourceVersion;
  change(copy);
  return copy;
};

const setSpecField = (copy: UnstructuredObject, field: string, value: unknown): void => {
  const spec = { ...specOf(copy) };
  if (value === undefined) delete spec[field];
  else spec[field] = value;
  copy['spec'] = spec;
};

const keepMetadata = (copy: UnstructuredObject, old: UnstructuredObject, field: string): void => {
  const { [field]: _now, ...others } = copy.metadata as unknown as Fields;
  const before = (old.metadata as unknown as Fields)[field];
  copy.metadata = { ...others, ...(before === undefined ? {} : { [field]: before }) } as unknown as UnstructuredObject['metadata'];
};

/** Built-in kinds take metadata with their status; custom resources take nothing but status. */
const statusRule: SubresourceRule = {
  changesSpec: false,
  keep: (object, old, definition) => {
    const { status, metadata } = object;
    return keepAllBut(object, old, (copy) => {
      const kept = metadataKeptWithStatus(definition);
      if (!kept.includes('metadata')) copy.metadata = metadata;
      for (const field of kept) if (field !== 'metadata') keepMetadata(copy, old, field);
      if (status === undefined) delete copy['status'];
      else copy['status'] = status;
    });
  },
};

/** Who approves or denies a CertificateSigningRequest writes its conditions. */
const approvalRule: SubresourceRule = {
  changesSpec: false,
  keep: (object, old) => {
    const { conditions } = (object['status'] ?? {}) as { readonly conditions?: unknown };
    const { metadata } = object;
    const kept = keepAllBut(object, old, (copy) => {
      copy.metadata = metadata;
      const { conditions: _before, ...status } = (copy['status'] ?? {}) as Fields;
      copy['status'] = conditions === undefined ? status : { ...status, conditions };
    });
    timeConditions(kept as never, old as never);
    return kept;
  },
  validate: (object, old) => validateSigningRequestApproval(object as never, old as never),
};

const finalizeRule: SubresourceRule = {
  changesSpec: false,
  keep: (object, old) => {
    const { finalizers } = specOf(object);
    const { metadata } = object;
    return keepAllBut(object, old, (copy) => {
      copy.metadata = metadata;
      setSpecField(copy, 'finalizers', finalizers);
    });
  },
};

interface Named {
  readonly name: string;
  readonly resources?: unknown;
  readonly resizePolicy?: unknown;
}

const namedList = (object: UnstructuredObject, field: string): readonly Named[] => (specOf(object)[field] ?? []) as Named[];

const ephemeralContainersRule: SubresourceRule = {
  changesSpec: true,
  keep: (object, old) => {
    const { ephemeralContainers } = specOf(object);
    return keepAllBut(object, old, (copy) => setSpecField(copy, 'ephemeralContainers', ephemeralContainers));
  },
  validate: (object, old) => {
    const now = new Map(namedList(object, 'ephemeralContainers').map((container) => [container.name, container]));
    const path = 'spec.ephemeralContainers';
    const changes = namedList(old, 'ephemeralContainers').flatMap((before) => {
      const after = now.get(before.name);
      if (!after) return [forbiddenField(path, `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`)];
      const changed = !jsonEqual(before, after);
      return changed ? [forbiddenField(path, `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n`)] : [];
    });
    return [...validatePodFields(object as never), ...changes];
  },
};

/** The stored containers with the resources that are asked for; all that is asked for when those are not the same containers. */
const resized = (wanted: readonly Named[], stored: readonly Named[]): readonly Named[] => {
  if (wanted.some(({ name }, i) => stored[i]?.name !== name)) return wanted;
  return wanted.map(({ resources, resizePolicy }, i) => {
    const { resources: _resources, resizePolicy: _policy, ...kept } = stored[i] as Named;
    return { ...kept, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
};

const resizeRule: SubresourceRule = {
  changesSpec: true,
  keep: (object, old) =>
    keepAllBut(object, old, (copy) => {
      setSpecField(copy, 'containers', resized(namedList(object, 'containers'), namedList(old, 'containers')));
      if (specOf(object)['initContainers'] || specOf(old)['initContainers'])
        setSpecField(copy, 'initContainers', resized(namedList(object, 'initContainers'), namedList(old, 'initContainers')));
    }),
  validate: (object, old) => validatePodResize(object as never, old as never),
};

/** Subresources that are a view of the object itself; others (scale, eviction …) have kinds of their own. */
export const subresourceRules: Readonly<Record<string, SubresourceRule>> = {
  status: statusRule,
  approval: approvalRule,
  finalize: finalizeRule,
  ephemeralcontainers: ephemeralContainersRule,
  resize: resizeRule,
};
