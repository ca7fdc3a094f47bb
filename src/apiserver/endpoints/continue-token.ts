import { posix } from 'node:path';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { decodeJson } from '../../apimachinery/json/decode-json.ts';
import type { Json } from '../../apimachinery/meta/object.ts';

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

const maxDepth = 10;

/** Base64 for URLs without padding, as strict as Go's. @throws {Error} that says where it ends to be that */
const decodeBase64 = (token: string): Buffer => {
  const text = token.replace(/[\r\n]/g, '');
  const illegal = text.search(/[^A-Za-z0-9_-]/);
  const at = illegal >= 0 ? illegal : text.length % 4 === 1 ? text.length - 1 : -1;
  if (at >= 0) throw new Error(`illegal base64 data at input byte ${at}`);
  return Buffer.from(text, 'base64url');
};

const typeOf = (value: Json): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : typeof value === 'string' ? 'string' : 'number';
};

/** @throws {Error} in the words of Go's decoder */
const decodeFields = (token: string): { readonly v: string; readonly rv: number; readonly start: string } => {
  const { value } = decodeJson(decodeBase64(token), { maxDepth });
  const refuse = (found: Json, place: string): Error => new Error(`json: cannot unmarshal ${typeOf(found)} into Go ${place}`);
  if (value === null) return { v: '', rv: 0, start: '' };
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse(value, 'value of type storage.continueToken');
  const { v = '', rv = 0, start = '' } = value;
  if (typeof v !== 'string') throw refuse(v, 'struct field continueToken.v of type string');
  if (typeof rv !== 'number') throw refuse(rv, 'struct field continueToken.rv of type int64');
  if (!Number.isInteger(rv)) throw new Error(`json: cannot unmarshal number ${rv} into Go struct field continueToken.rv of type int64`);
  if (typeof start !== 'string') throw refuse(start, 'struct field continueToken.start of type string');
  return { v, rv, start };
};

/** A key that would leave the collection, or is another one in its shortest form, is none. */
const isClean = (start: string): boolean => {
  const key = start.startsWith('/') ? start : `/${start}`;
  return posix.normalize(key) === key && !key.slice(1).endsWith('/');
};

/** @throws StatusError BadRequest when the token is not one of ours */
export const decodeContinueToken = (token: string): ContinueToken => {
  const invalid = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let fields: ReturnType<typeof decodeFields>;
  try {
    fields = decodeFields(token);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  const { v, rv, start } = fields;
  if (v !== tokenVersion) throw invalid(`server does not recognize this encoded version ${v}`);
  if (rv === 0) throw invalid(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  if (start === '') throw invalid(`encoded start key empty (version ${tokenVersion})`);
  if (!isClean(start)) throw invalid(start);
  const key = start.startsWith('/') ? start.slice(1) : start;
  return { revision: BigInt(rv), after: key.endsWith('\u0000') ? key.slice(0, -1) : key };
};
