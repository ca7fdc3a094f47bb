/** What a decoder of JSON found, as Go's reflect names the kinds of what a patch holds. */
const kinds: Readonly<Record<string, string>> = { object: 'map', array: 'slice', number: 'int64' };
const decoderError = /^json: cannot unmarshal (\w+).* of type (\S+)$/;

/**
 * A mismatch of types in the words of a strategic merge patch, whose result kube-apiserver converts without writing JSON in between. Other
 * messages stay as they are.
 */
export const inConversionWords = (message: string): string => {
  if (message.startsWith('illegal base64 data')) return `error decoding from json: ${message}`;
  const [, found = '', type = ''] = decoderError.exec(message) ?? [];
  if (type === '') return message;
  const kind = kinds[found] ?? found;
  if (type.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (type.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (type.includes('.')) return `cannot restore struct from: ${kind}`;
  return type === 'string' && found === 'number' ? 'cannot convert int64 to string' : `unrecognized type: ${type}`;
};
