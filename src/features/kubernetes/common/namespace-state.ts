import type { Namespace } from '../../../api/core/types.gen.ts';

/** Being deleted: nothing new can be created in it. */
export const isEnding = ({ metadata, status }: Namespace): boolean =>
  metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';
