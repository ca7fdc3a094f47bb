import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { encodeJson, parseNumberLiterals } from '../../apimachinery/json/exact-json.ts';
import { decodeProtobuf } from '../../api/protobuf.ts';
import { badRequest, unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { ProtobufError } from '../../apimachinery/protobuf/reader.ts';
import { decodeJson } from '../../apimachinery/json/decode-json.ts';
import { parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { Json } from '../../apimachinery/meta/object.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { ApiRequest } from './exchange.ts';
import { decodeYamlBody } from './decode-yaml-body.ts';
import { parseMediaType } from './media-type.ts';

export interface DecodedBody {
  readonly value: Json;
  /** What strict decoding objects to: `duplicate field "spec.x"`. */
  readonly strictErrors: readonly string[];
  /** The value with its numbers as JSON wrote them; undefined when every number is an integer of 64 bits. */
  readonly literal?: () => unknown;
  readonly bytes: Uint8Array;
  readonly format: 'json' | 'yaml' | 'protobuf';
}

const protobufType = 'application/vnd.kubernetes.protobuf';
const acceptedTypes = ['application/json', 'application/yaml', protobufType];

export interface DecodeOptions {
  readonly duplicates: boolean;
}

type Decoded = Omit<DecodedBody, 'bytes'>;

const decoders: Readonly<Record<string, (bytes: Uint8Array, options: DecodeOptions) => Decoded | Promise<Decoded>>> = {
  'application/json': (bytes, { duplicates }) => {
    const { value, duplicateFields } = decodeJson(bytes, { duplicates });
    return {
      format: 'json',
      value,
      strictErrors: duplicateFields.map((field) => `duplicate field ${goQuote(field)}`),
      literal: () => parseNumberLiterals(Buffer.from(bytes).toString('utf8')),
    };
  },
  [protobufType]: (bytes) => ({ format: 'protobuf', value: decodeProtobuf(bytes).object as Json, strictErrors: [] }),
  'application/yaml': async (bytes) => {
    const { value, duplicateKeys } = await decodeYamlBody(bytes);
    return { format: 'yaml', value, strictErrors: duplicateKeys };
  },
};

const contentOf = (content: unknown): DecodedBody => ({
  format: 'json',
  value: deepClone(content) as Json,
  strictErrors: [],
  get bytes() {
    return Buffer.from(encodeJson(content));
  },
});

/** At most 30 bytes of the body, for messages. */
export const summarize = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return '<empty>';
  const head = Buffer.from(bytes.subarray(0, 30));
  const text = bytes[0] === 0x7b ? head.toString('utf8') : head.toString('hex');
  return bytes.length > 30 ? `${text} ...` : text;
};

/**
 * Reads and decodes a request's body by its Content-Type (JSON when absent).
 * @throws StatusError UnsupportedMediaType, RequestEntityTooLarge, BadRequest
 */
export const decodeBody = async (request: ApiRequest, expectedKind: string, options: DecodeOptions): Promise<DecodedBody> => {
  const { type } = parseMediaType(request.headers['content-type'] ?? 'application/json');
  const decoder = Object.hasOwn(decoders, type) || type === '' ? decoders[type || 'application/json'] : undefined;
  if (!decoder) throw unsupportedMediaType(acceptedTypes);
  if (request.content !== undefined && decoder === decoders['application/json']) return contentOf(request.content);
  const bytes = await request.body();
  try {
    return { ...(await decoder(bytes, options)), bytes };
  } catch (error) {
    if (error instanceof StatusError && error.cause instanceof ProtobufError) {
      const why = bytes.length === 0 ? 'empty data' : error.cause.message;
      const { type: found } = error.cause;
      if (found?.kind) {
        const { version } = parseGroupVersion(found.apiVersion);
        throw badRequest(`${found.kind} in version ${goQuote(version)} cannot be handled as a ${expectedKind}: ${why}`);
      }
      throw badRequest(`the object provided is unrecognized (must be of type ${expectedKind}): ${why} (${summarize(bytes)})`);
    }
    if (error instanceof StatusError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expectedKind}): couldn't get version/kind; json parse error: ${message} (${summarize(bytes)})`,
    );
  }
};
