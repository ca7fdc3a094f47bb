export type Labels = Readonly<Record<string, string>>;

const marker = Buffer.from('"metadata":{');
const labelsKey = Buffer.from('"labels":{');
const managedFieldsKey = Buffer.from('"managedFields":[');
const [quote, backslash, open, close, endOfList, comma] = [0x22, 0x5c, 0x7b, 0x7d, 0x5d, 0x2c];
const none: Labels = Object.freeze({});

/** Where the contents of `metadata` begin in an object's JSON; stored values have it before all other objects. */
const insideMetadata = (text: Buffer): number | undefined => {
  const at = text.indexOf(marker);
  return at < 0 ? undefined : at + marker.length;
};

/** Just after the string whose opening quote is before `at`. */
const afterString = (text: Uint8Array, at: number): number => {
  for (let i = at; i < text.length; i++) {
    if (text[i] === backslash) i++;
    else if (text[i] === quote) return i + 1;
  }
  return text.length;
};

/** Where the object that opens before `at` ends; `stopAt` may end the walk at a string that begins at the object's own level. */
const walkObject = (text: Uint8Array, at: number, stopAt?: (index: number) => boolean): number => {
  let depth = 1;
  for (let i = at; i < text.length; i++) {
    const byte = text[i];
    if (byte === quote) {
      if (depth === 1 && stopAt?.(i)) return i;
      i = afterString(text, i + 1) - 1;
    } else if (byte === open) depth++;
    else if (byte === close && --depth === 0) return i;
  }
  return text.length;
};

const isAt =
  (text: Buffer, key: Buffer) =>
  (index: number): boolean =>
    index + key.length <= text.length && text.compare(key, 0, key.length, index, index + key.length) === 0;

/**
 * The labels of an object's JSON (without spaces, metadata before all other objects, as values are stored) without parsing the rest.
 * `known` holds label sets by their text: most objects share theirs with others.
 */
export const labelsOf = (text: Buffer, known = new Map<string, Labels>()): Labels => {
  const metadata = insideMetadata(text);
  if (metadata === undefined) return none;
  const at = walkObject(text, metadata, isAt(text, labelsKey));
  if (text[at] !== quote) return none;
  const start = at + labelsKey.length - 1;
  const json = text.toString('utf8', start, walkObject(text, start + 1) + 1);
  let labels = known.get(json);
  if (!labels) known.set(json, (labels = JSON.parse(json) as Labels));
  return labels;
};

/** The JSON of an object's metadata, a part of the given bytes. */
export const metadataText = (text: Buffer): Buffer | undefined => {
  const start = insideMetadata(text);
  return start === undefined ? undefined : text.subarray(start - 1, walkObject(text, start) + 1);
};

/** An object's JSON around its managedFields, which are left out; the whole of it when it has none. */
export const aroundManagedFields = (text: Buffer): readonly Buffer[] => {
  const metadata = insideMetadata(text);
  const start = metadata === undefined ? text.length : walkObject(text, metadata, isAt(text, managedFieldsKey));
  if (text[start] !== quote) return [text];
  let end = start + managedFieldsKey.length;
  // Field sets have no lists in them: the first end of one, outside strings, is theirs.
  while (end < text.length && text[end] !== endOfList) end = text[end] === quote ? afterString(text, end + 1) : end + 1;
  // One of the commas around goes too.
  if (text[end + 1] === comma) return [text.subarray(0, start), text.subarray(end + 2)];
  return [text.subarray(0, text[start - 1] === comma ? start - 1 : start), text.subarray(end + 1)];
};
