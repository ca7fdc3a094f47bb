import type { Logger } from '../../controller-runtime/contract.ts';
import { silentLogger } from '../../controller-runtime/logger.ts';
import { denialMessage } from '../log-denials.ts';

/** A silent log that remembers what parts of the process were denied; `check` throws when there was anything, and forgets it. */
export const createDenialLog = (): { readonly log: Logger; check(): void } => {
  const denials = new Set<string>();
  return {
    log: {
      ...silentLogger,
      error: (message, fields) => {
        if (message === denialMessage) denials.add(`${String(fields?.['user'])} ${String(fields?.['method'])} ${String(fields?.['path'])}`);
      },
    },
    check: () => {
      const found = [...denials];
      denials.clear();
      if (found.length > 0) throw new Error(`denied by RBAC:\n${found.join('\n')}`);
    },
  };
};
