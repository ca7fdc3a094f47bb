import { badRequest } from '../../apimachinery/errors/api-errors.ts';

/** Where the next page of a list starts, and the version all its pages show; -1: whatever is newest (an inconsistent continuation). */
export interface ContinueToken {
  readonly revision: bigint;
  /** The last key of the previous page, below the list's prefix. */
  readonly after: string;
}

const tokenVersion = 'meta.k8s.io/v1';

/** Opaque to clients: base64url of JSON `{v, rv, start}`; `start` is the first key that may follow. */
export const encodeContinueToken = ({ revision, after }: ContinueToken): string =>
  Buffer.from(`{"v":"${tokenVersion}","rv":${revision},"start":${JSON.stringify(`${after}\u0000`)}}`).toString('base64url');

/** @throws StatusError BadRequest when the token is not one of ours */
export const decodeContinueToken = (token: string): ContinueToken => {
  const invalid = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let fields: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    // Null decodes to nothing in Go.
    fields = (JSON.parse(Buffer.from(token, 'base64url').toString()) as typeof fields | null) ?? {};
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  const { v, rv, start } = fields;
  if (v !== tokenVersion) throw invalid(`server does not recognize this encoded version ${JSON.stringify(v ?? '')}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0)
    throw invalid(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  if (typeof start !== 'string' || start === '' || start.split('/').includes('..')) throw invalid('encoded start key empty or malformed');
  return { revision: BigInt(rv), after: start.endsWith('\u0000') ? start.slice(0, -1) : start };
};
