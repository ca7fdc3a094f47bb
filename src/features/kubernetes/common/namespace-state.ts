import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Namespace } from '../../../api/core/types.gen.ts';

/** Being deleted: nothing new can be created in it. */
export const isEnding = ({ metadata, status }: Namespace): boolean =>
  metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';

/** A create was refused because its namespace goes away: nothing to report, nothing to retry. */
export const isNamespaceEnding = (error: unknown): boolean =>
  isStatusError(error) && (error.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
