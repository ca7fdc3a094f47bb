import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { notAcceptable } from '../../apimachinery/errors/api-errors.ts';
import { parseAccept, type MediaType } from './media-type.ts';

/** How an answer is written. `as` is a meta.k8s.io kind that the objects are turned into. */
export interface OutputForm {
  readonly format: 'json' | 'yaml' | 'protobuf';
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** meta.k8s.io version of `as`. */
  readonly version?: string;
  readonly pretty: boolean;
  /** Without metadata.managedFields where they can be left out of what is stored. */
  readonly lean?: boolean;
}

const formats: Readonly<Record<string, OutputForm['format']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  '*/*': 'json',
  '*': 'json',
  'application/*': 'json',
};
const transforms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const metaVersions = new Set(['v1', 'v1beta1']);
const types: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streamTypes: readonly string[] = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];

/** What can be asked for at a path, and how the answer may look. */
export interface NegotiationOptions {
  /** Protobuf can be written for this kind. */
  readonly protobuf: () => boolean;
  /** Objects may be turned into Table or PartialObjectMetadata. */
  readonly transforms: boolean;
  /** Built-in kinds are routed by media type before anybody looks at parameters: `application/*` is none of those named. */
  readonly routed: boolean;
  /** The path also answers watches, and says so. */
  readonly watchable?: boolean;
  /** The answer is a stream: it has no YAML form. */
  readonly stream?: boolean;
}

const plainJson: OutputForm = { format: 'json', pretty: false };

const accepts = (clause: MediaType, { protobuf, transforms: mayTransform }: NegotiationOptions): OutputForm | undefined => {
  const format = Object.hasOwn(formats, clause.type) ? formats[clause.type] : undefined;
  // Metadata alone has a protobuf form, whatever it belongs to.
  const isMetadata = clause.parameters['as']?.startsWith('PartialObjectMetadata') === true;
  if (!format || (format === 'protobuf' && !isMetadata && !protobuf())) return undefined;
  const { as, v, g, stream, pretty } = clause.parameters;
  if (stream !== undefined && stream !== '' && stream !== 'watch') return undefined;
  const form = { format, pretty: pretty === '1' };
  if (as === undefined && v === undefined && g === undefined) return form;
  if (!mayTransform || g !== 'meta.k8s.io' || !transforms.has(as ?? '') || !metaVersions.has(v ?? '')) return undefined;
  if (format === 'protobuf' && !isMetadata) return undefined;
  return { ...form, as: as as NonNullable<OutputForm['as']>, version: v ?? 'v1' };
};

/** `text/html` where nothing of the kind is made, in the words of the router that finds no way for it. */
export const noRepresentation = (available: readonly string[]): StatusError =>
  new StatusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, { details: {} });

const isRouted = (clauses: readonly MediaType[], available: readonly string[]): boolean =>
  clauses.some(({ type }) => type === '*/*' || available.includes(type));

/** @throws StatusError NotAcceptable when no clause names one of these types, whatever its parameters */
export const requireRoute = (accept: string | undefined, available: readonly string[]): void => {
  if (accept && !isRouted(parseAccept(accept), available)) throw noRepresentation(available);
};

/** The first acceptable clause. @throws StatusError NotAcceptable with the types that would do */
export const negotiate = (accept: string | undefined, options: NegotiationOptions): OutputForm => {
  if (!accept || accept === 'application/json' || accept === '*/*') return plainJson;
  const clauses = parseAccept(accept);
  if (options.routed && !isRouted(clauses, types)) throw noRepresentation(options.watchable ? [...types, ...streamTypes] : types);
  for (const clause of clauses) {
    const form = accepts(clause, options);
    if (!form) continue;
    if (options.stream && form.format === 'yaml') throw notAcceptable(streamTypes);
    return form;
  }
  throw notAcceptable(types);
};

const anyStatus: NegotiationOptions = { protobuf: () => true, transforms: false, routed: false };

/** How a refusal is written: as the client asked where a Status can be written so, else as JSON for somebody to read. */
export const negotiateStatus = (accept: string | undefined): OutputForm => {
  if (!accept) return plainJson;
  for (const clause of parseAccept(accept)) {
    const form = accepts(clause, anyStatus);
    if (form) return form;
  }
  return { format: 'json', pretty: true };
};
