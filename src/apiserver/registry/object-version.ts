import { StatusError } from '../../apimachinery/errors/status-error.ts';

/** Whether it is a number; '' and undefined are not. */
export const isVersion = (resourceVersion: string | undefined): boolean => /^[0-9]+$/.test(resourceVersion ?? '');

/** @throws StatusError (500, as the original) when the version that an object says is no number */
export const requireVersion = (resourceVersion: string | undefined): void => {
  if (resourceVersion && !isVersion(resourceVersion))
    throw new StatusError('', `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
};
