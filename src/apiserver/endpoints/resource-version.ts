import { invalidObject, tooLargeResourceVersion } from '../../apimachinery/errors/api-errors.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { Revision, Store } from '../../storage/contract.ts';

/** A resourceVersion parameter as a revision; undefined for '' (the most recent). @throws StatusError Invalid when it is no number */
export const parseResourceVersion = (text: string | null): Revision | undefined => {
  if (text === null || text === '') return undefined;
  if (/^[0-9]{1,20}$/.test(text)) return BigInt(text);
  const detail = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw invalidObject({ group: '', kind: '' }, '', [invalid('resourceVersion', text, detail)]);
};

const waitMilliseconds = 3000;
const pollMilliseconds = 50;

/**
 * Waits up to three seconds for the store to reach a version: another replica may have written it.
 * @throws StatusError Timeout with cause ResourceVersionTooLarge
 */
export const requireRevision = async (store: Store, text: string): Promise<void> => {
  const wanted = parseResourceVersion(text);
  if (wanted === undefined || wanted === 0n) return;
  let current = await store.revision();
  for (let waited = 0; current < wanted; waited += pollMilliseconds) {
    if (waited >= waitMilliseconds) throw tooLargeResourceVersion(wanted, current);
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    current = await store.revision();
  }
};
