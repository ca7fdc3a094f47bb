import { badRequest, tooLargeResourceVersion } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { formatFieldError } from '../../apimachinery/validation/format-field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { Revision, Store } from '../../storage/contract.ts';

/** A resourceVersion parameter as a revision; undefined for '' (the most recent). @throws StatusError BadRequest when it is no number */
export const parseResourceVersion = (
  text: string | null,
  { of = 'list' }: { readonly of?: 'list' | 'watch' | 'object' } = {},
): Revision | undefined => {
  if (text === null || text === '') return undefined;
  if (/^[0-9]{1,20}$/.test(text)) return BigInt(text);
  const message = formatFieldError(invalid('resourceVersion', text, `strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`));
  if (of === 'watch') throw new StatusError('', message);
  throw badRequest(of === 'list' ? `invalid resource version: ${message}` : message);
};

const waitMilliseconds = 3000;
const pollMilliseconds = 50;

/**
 * Waits up to three seconds for the store to reach a version: another replica may have written it.
 * @throws StatusError Timeout with cause ResourceVersionTooLarge
 */
export const requireRevision = async (store: Store, text: string, of: 'list' | 'object' = 'list'): Promise<void> => {
  const wanted = parseResourceVersion(text, { of });
  if (wanted === undefined || wanted === 0n) return;
  let current = await store.revision();
  for (let waited = 0; current < wanted; waited += pollMilliseconds) {
    if (waited >= waitMilliseconds) throw tooLargeResourceVersion(wanted, current);
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    current = await store.revision();
  }
};
