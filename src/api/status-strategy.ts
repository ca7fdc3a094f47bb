import type { Strategy } from './kind-definition.ts';

/** For kinds with a status subresource: writes to the object leave the status alone. */
export const statusStrategy: Strategy = {
  prepareForCreate: (object) => {
    delete object['status'];
  },
  prepareForUpdate: (object, old) => keepStatus(object, old),
};

/** Puts the old status, or its absence, back. */
export const keepStatus = (
  object: { status?: unknown } | Record<string, unknown>,
  old: { status?: unknown } | Record<string, unknown>,
): void => {
  const target = object as Record<string, unknown>;
  const { status } = old as Record<string, unknown>;
  if (status === undefined) delete target['status'];
  else target['status'] = status;
};
