import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { InformerEvent } from '../../controller-runtime/contract.ts';

/** Whether an event changes what is wanted, not only what is reported. Kinds without a generation always may. */
export const changesWishes = <T extends KubeObject>({ type, object, old }: InformerEvent<T>): boolean => {
  if (type !== 'modified' || !old || object.metadata.generation === undefined) return true;
  const [now, before] = [object.metadata, old.metadata];
  return (
    now.generation !== before.generation ||
    now.deletionTimestamp !== before.deletionTimestamp ||
    !jsonEqual(now.labels, before.labels) ||
    !jsonEqual(now.annotations, before.annotations)
  );
};
