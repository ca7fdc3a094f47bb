import { StatusError } from '../errors/status-error.ts';
import { encodeJson } from '../json/exact-json.ts';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar, type Document, type Node, type YAMLMap } from 'yaml';
import { decodeJson, maxCollections, maxNesting } from '../json/decode-json.ts';
import { hasDuplicateKeys } from '../json/has-duplicate-keys.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { goQuote } from '../text/go-quote.ts';
import { nestsTooDeep } from './nesting.ts';
import { resolvePlainScalar } from './resolve-scalar.ts';

/** Malformed YAML, or YAML that JSON cannot say; worded `yaml: line N: …`. */
export class YamlSyntaxError extends Error {
  override readonly name = 'YamlSyntaxError';
}

export interface DecodedYaml {
  readonly value: Json;
  /** `line 6: key "a" already set in map`, in document order. The last of duplicate values counts. */
  readonly duplicateKeys: string[];
}

const maxDepth = maxNesting;
const openBrace = 0x7b;
/** Up to this many values nearly all may come from aliases; beyond it the share falls, to keep small documents from exploding. */
const freeValues = 400_000;

class Converter {
  readonly duplicateKeys: string[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #open = new Set<Node>();
  #values = 0;
  #collections = 0;
  #aliased = 0;
  #aliasDepth = 0;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  convert(node: unknown, depth: number): Json {
    if (depth > maxDepth) throw new YamlSyntaxError(`yaml: exceeded max depth of ${maxDepth}`);
    this.#values++;
    if (this.#aliasDepth > 0 && ++this.#aliased > 100 && this.#values > 1_000) {
      const allowed = this.#values <= freeValues ? 0.99 : Math.max(0.1, 0.99 - (0.89 * (this.#values - freeValues)) / 3_600_000);
      if (this.#aliased / this.#values > allowed) throw new YamlSyntaxError('yaml: document contains excessive aliasing');
    }
    if (isAlias(node)) return this.#convertAlias(node, depth);
    if (isScalar(node)) return this.#convertScalar(node);
    if (++this.#collections > maxCollections)
      throw new YamlSyntaxError(`yaml: document contains more than ${maxCollections} maps and lists`);
    if (isSeq(node)) return node.items.map((item) => this.convert(item, depth + 1));
    return isMap(node) ? this.#convertMap(node, depth) : null;
  }

  #lineOf(node: unknown): number {
    const offset = (node as Node | null)?.range?.[0];
    return offset === undefined ? 0 : this.#lines.linePos(offset).line;
  }

  #convertAlias(alias: Node & { source: string; resolve(document: Document.Parsed): unknown }, depth: number): Json {
    const target = alias.resolve(this.#document) as Node | undefined;
    if (!target) throw new YamlSyntaxError(`yaml: unknown anchor '${alias.source}' referenced`);
    if (this.#open.has(target)) throw new YamlSyntaxError(`yaml: anchor '${alias.source}' value contains itself`);
    this.#open.add(target);
    this.#aliasDepth++;
    const value = this.convert(target, depth);
    this.#aliasDepth--;
    this.#open.delete(target);
    return value;
  }

  #convertScalar(scalar: Scalar): Json {
    const text = scalar.source ?? '';
    const tag = scalar.tag?.replace('tag:yaml.org,2002:', '!!');
    if (tag === '!!str' || tag === '!') return text;
    if (tag === '!!binary') return new TextDecoder().decode(Uint8Array.from(atob(text.replace(/\s/g, '')), (char) => char.charCodeAt(0)));
    const isPlain = scalar.type === Scalar.PLAIN || scalar.type === undefined || tag !== undefined;
    const value = isPlain ? resolvePlainScalar(text) : text;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new YamlSyntaxError(`error converting YAML to JSON: json: unsupported value: ${text}`);
    }
    return value;
  }

  #keyOf(node: unknown, depth: number): string {
    const key = this.convert(node, depth);
    if (key === null || typeof key === 'object') {
      throw new YamlSyntaxError(`yaml: line ${this.#lineOf(node)}: unsupported map key: ${encodeJson(key)}`);
    }
    return String(key);
  }

  #convertMap(map: YAMLMap, depth: number): JsonObject {
    const result: JsonObject = {};
    const merged: JsonObject[] = [];
    const put = (key: string, value: Json): void => {
      if (key === '__proto__') Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
      else result[key] = value;
    };
    for (const { key: keyNode, value: valueNode } of map.items) {
      const isMerge = isScalar(keyNode) && keyNode.value === '<<' && keyNode.type === Scalar.PLAIN;
      const value = this.convert(valueNode, depth + 1);
      if (isMerge) {
        for (const source of Array.isArray(value) ? value : [value]) {
          if (typeof source !== 'object' || source === null || Array.isArray(source)) {
            throw new YamlSyntaxError('yaml: map merge requires map or sequence of maps as the value');
          }
          merged.push(source);
        }
        continue;
      }
      const key = this.#keyOf(keyNode, depth + 1);
      if (Object.hasOwn(result, key)) this.duplicateKeys.push(`line ${this.#lineOf(valueNode)}: key ${goQuote(key)} already set in map`);
      put(key, value);
    }
    for (const source of merged) for (const key of Object.keys(source)) if (!Object.hasOwn(result, key)) put(key, source[key] ?? null);
    return result;
  }
}

const convertDocument = (document: Document.Parsed, lines: LineCounter): DecodedYaml => {
  const [error] = document.errors;
  if (error) throw new YamlSyntaxError(`yaml: line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  const converter = new Converter(document, lines);
  return { value: converter.convert(document.contents, 0), duplicateKeys: converter.duplicateKeys };
};

const parse = (text: string): { documents: Document.Parsed[]; lines: LineCounter } => {
  const lines = new LineCounter();
  if (nestsTooDeep(text, maxDepth)) throw new YamlSyntaxError(`yaml: exceeded max depth of ${maxDepth}`);
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  return { documents: Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [], lines };
};

/** Most configurations are JSON, which YAML includes, and JSON.parse is far cheaper. What is special about one is left to YAML. */
const asJson = (text: string): DecodedYaml | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    const { value } = decodeJson(text);
    return hasDuplicateKeys(text, value) ? undefined : { value, duplicateKeys: [] };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    return undefined;
  }
};

/** What is plain JSON, without duplicate keys, in far less time than YAML takes; undefined for all else. */
export const decodeJsonInYaml = (input: Uint8Array): DecodedYaml | undefined =>
  input[0] === openBrace ? asJson(new TextDecoder().decode(input)) : undefined;

/**
 * Decodes the first document of YAML text as sigs.k8s.io/yaml does (YAML 1.1 scalars, merge keys); an empty text is null.
 * @throws {YamlSyntaxError} also on nesting beyond 500 levels and on aliases that explode; StatusError RequestEntityTooLarge
 */
export function decodeYaml(input: Uint8Array | string): DecodedYaml {
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  const json = asJson(text);
  if (json) return json;
  const { documents, lines } = parse(text);
  const [first] = documents;
  return first ? convertDocument(first, lines) : { value: null, duplicateKeys: [] };
}

/**
 * Decodes every document of a manifest; empty documents are left out.
 * @throws {YamlSyntaxError}
 */
export function decodeYamlDocuments(text: string): Json[] {
  const { documents, lines } = parse(text);
  return documents.map((document) => convertDocument(document, lines).value).filter((value) => value !== null);
}
