import { StatusError } from '../../apimachinery/errors/status-error.ts';
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
  'application/*': 'json',
};
const transforms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const metaVersions = new Set(['v1', 'v1beta1']);

export interface NegotiationOptions {
  /** Protobuf can be written for this kind. */
  readonly protobuf: () => boolean;
  /** Watches and gets of objects may be turned into Table or PartialObjectMetadata. */
  readonly transforms: boolean;
}

const plainJson: OutputForm = { format: 'json', pretty: false };

const accepts = (clause: MediaType, options: NegotiationOptions): OutputForm | undefined => {
  const format = formats[clause.type];
  // Metadata alone has a protobuf form, whatever it belongs to.
  const isMetadata = clause.parameters['as']?.startsWith('PartialObjectMetadata') === true;
  if (!format || (format === 'protobuf' && !isMetadata && !options.protobuf())) return undefined;
  const { as, v, g, pretty } = clause.parameters;
  const form = { format, pretty: pretty === '1' || pretty === 'true' };
  if (as === undefined) return form;
  if (!options.transforms || g !== 'meta.k8s.io' || !transforms.has(as) || !metaVersions.has(v ?? '')) return undefined;
  if (format === 'protobuf' && as !== 'PartialObjectMetadata' && as !== 'PartialObjectMetadataList') return undefined;
  return { ...form, as: as as NonNullable<OutputForm['as']>, version: v ?? 'v1' };
};

/** The first acceptable clause. @throws StatusError NotAcceptable with the types that would do */
export const negotiate = (accept: string | undefined, options: NegotiationOptions): OutputForm => {
  if (!accept || accept === 'application/json' || accept === '*/*') return plainJson;
  for (const clause of parseAccept(accept)) {
    const form = accepts(clause, options);
    if (form) return form;
  }
  const types = ['application/json', 'application/yaml', ...(options.protobuf() ? ['application/vnd.kubernetes.protobuf'] : [])];
  throw new StatusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`, { details: {} });
};
