import type { Logger } from '../controller-runtime/contract.ts';
import type { InProcessOptions } from './in-process-transport.ts';

export const denialMessage = 'a controller was denied what it needs: its role lacks a rule, or was changed';

/** A refused grant lists all that was to be granted. */
const mostCharacters = 1000;

/** Says at once when a part of this process lacks a permission: only its role can help. */
export const logDenials =
  (log: Logger): NonNullable<InProcessOptions['onDenied']> =>
  ({ username }, { method, path }, message) =>
    log.error(denialMessage, { user: username, method, path, message: message.slice(0, mostCharacters) });
