import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { setCondition } from './conditions.ts';
import { asDefinition, cleanupFinalizer } from './definition-object.ts';

/** A definition that is asked to go first waits for its objects: every deletion goes by way of the finalizer. */
export const isHeldByObjects = ({ metadata }: UnstructuredObject): boolean => metadata.deletionTimestamp === undefined;

/** What changes, besides metadata.deletionTimestamp, when a definition begins to terminate. In place. */
export const terminateDefinition = (object: UnstructuredObject): void => {
  const { metadata } = object;
  if (!metadata.finalizers?.includes(cleanupFinalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), cleanupFinalizer];
  const definition = asDefinition(object);
  const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
  definition.status ??= {};
  setCondition(
    definition.status,
    { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message },
    metadata.deletionTimestamp ?? '',
  );
};
