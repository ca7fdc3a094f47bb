import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { CustomResourceDefinition } from '../../apimachinery/schema/custom-resource-definition.ts';
import type { DefinitionNames } from '../../apimachinery/schema/definition-names.ts';

/** apiextensions.k8s.io/v1 CustomResourceDefinitionCondition. */
export interface DefinitionCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export interface DefinitionStatus {
  acceptedNames?: DefinitionNames;
  storedVersions?: string[] | null;
  conditions?: DefinitionCondition[] | null;
}

/** A stored CustomResourceDefinition: valid, with its defaults. */
export type StoredDefinition = UnstructuredObject & Pick<CustomResourceDefinition, 'spec'> & { status?: DefinitionStatus };

export const definitionsResource: GroupVersionResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
};

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const asDefinition = (object: UnstructuredObject): StoredDefinition => object as StoredDefinition;

export const isTerminating = ({ metadata }: UnstructuredObject): boolean => metadata.deletionTimestamp !== undefined;

/** The version whose form objects are stored in. */
export const storageVersionOf = ({ spec }: StoredDefinition): string => spec.versions.find(({ storage }) => storage)?.name ?? '';
