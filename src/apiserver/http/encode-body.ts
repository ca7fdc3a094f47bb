import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { encodeProtobuf } from '../../api/protobuf.ts';
import type { Json } from '../../apimachinery/meta/object.ts';
import { encodeYaml } from '../../apimachinery/yaml/encode-yaml.ts';
import type { ApiResponse } from './exchange.ts';
import type { OutputForm } from './negotiate.ts';

export interface Encodable {
  readonly apiVersion: string;
  readonly kind: string;
}

const contentTypes: Readonly<Record<OutputForm['format'], string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

export const contentTypeOf = ({ format }: OutputForm): string => contentTypes[format];

/** An object's bytes in the negotiated format. */
export const encodeBody = (value: Encodable, { format, pretty }: OutputForm): Uint8Array => {
  if (format === 'protobuf') return encodeProtobuf(value as unknown as Parameters<typeof encodeProtobuf>[0]);
  if (format === 'yaml') return Buffer.from(encodeYaml(value as unknown as Json));
  return Buffer.from(pretty ? encodeJson(value, 2) : `${encodeJson(value)}\n`);
};

export const encodedResponse = (status: number, value: Encodable, form: OutputForm): ApiResponse => ({
  status,
  headers: { 'content-type': contentTypeOf(form) },
  body: encodeBody(value, form),
});
