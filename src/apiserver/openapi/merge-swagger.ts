import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { remembered } from './remembered.ts';
import type { SwaggerDocument, SwaggerParameter, SwaggerPathItem } from './v2-document.ts';

/** What an aggregated API server adds to /openapi/v2: the paths of one group version, and what they refer to. */
export interface SwaggerPart {
  /** Changes with the content. */
  readonly hash: string;
  readonly paths: Readonly<Record<string, SwaggerPathItem>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly parameters: Readonly<Record<string, SwaggerParameter>>;
}

/** By path without the leading slash (`apis/GROUP/VERSION`): aggregation writes them, /openapi/v2 shows them. */
export type SwaggerParts = Map<string, SwaggerPart>;

/** Descriptions do not make two types different: ours have none. */
const shapeOf = remembered((schema: object): string =>
  JSON.stringify(schema, (key, value: unknown) => (key === 'description' && typeof value === 'string' ? undefined : sorted(value))),
);
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with its references to definitions renamed. */
const renamed = <T>(value: T, names: ReadonlyMap<string, string>): T => {
  if (Array.isArray(value)) return value.map((each: unknown) => renamed(each, names)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const name = key === '$ref' && typeof child === 'string' ? names.get(child.replace(/^#\/definitions\//, '')) : undefined;
      return [key, name === undefined ? renamed(child, names) : `#/definitions/${name}`];
    }),
  ) as T;
};

/** One document of ours and theirs. Paths of ours win; of two definitions of one name that differ, the later is called `NAME_v2`, and so on. */
export const mergeSwagger = (own: SwaggerDocument, parts: Iterable<SwaggerPart>): SwaggerDocument => {
  const paths = { ...own.paths };
  const definitions = { ...own.definitions };
  const parameters = { ...own.parameters };
  for (const part of parts) {
    const names = new Map<string, string>();
    for (const [name, schema] of Object.entries(part.definitions)) {
      const isTaken = (candidate: string): boolean => {
        const known = definitions[candidate];
        return known !== undefined && shapeOf(known) !== shapeOf(schema);
      };
      let candidate = name;
      for (let version = 2; isTaken(candidate); version++) candidate = `${name}_v${version}`;
      if (candidate !== name) names.set(name, candidate);
    }
    const place = <T>(value: T): T => (names.size === 0 ? value : renamed(value, names));
    for (const [name, schema] of Object.entries(part.definitions)) definitions[names.get(name) ?? name] ??= place(schema);
    for (const [name, parameter] of Object.entries(part.parameters)) parameters[name] ??= place(parameter);
    for (const [path, item] of Object.entries(part.paths)) paths[path] ??= place(item);
  }
  return { ...own, paths: inOrder(paths), definitions: inOrder(definitions), parameters: inOrder(parameters) };
};

const inOrder = <T>(entries: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** What a part of a document refers to, by `#/KIND/NAME`. */
const references = (value: object): Set<string> =>
  new Set([...encodeJson(value).matchAll(/"#\/((?:definitions|parameters)\/[^"]+)"/g)].map(([, name = '']) => name));

/** The paths below a prefix, with all that they refer to. */
export const selectPaths = (
  { paths = {}, definitions = {}, parameters = {} }: Partial<Pick<SwaggerDocument, 'paths' | 'definitions' | 'parameters'>>,
  prefix: string,
): Omit<SwaggerPart, 'hash'> => {
  const selected = Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith(prefix)));
  const found = { definitions: {} as Record<string, JsonSchema>, parameters: {} as Record<string, SwaggerParameter> };
  const seen = references(selected);
  // The set grows while it is walked.
  for (const reference of seen) {
    const slash = reference.indexOf('/');
    const name = reference.slice(slash + 1);
    const source: Readonly<Record<string, object>> = reference.startsWith('definitions') ? definitions : parameters;
    const part = Object.hasOwn(source, name) ? source[name] : undefined;
    if (!part) continue;
    if (source === definitions) found.definitions[name] = part as JsonSchema;
    else found.parameters[name] = part as SwaggerParameter;
    for (const more of references(part)) seen.add(more);
  }
  return { paths: selected, ...found };
};
