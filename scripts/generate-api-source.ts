// Reads the facts about Kubernetes' API that the generator starts from, and says where each piece of generated data lives.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../src/apimachinery/schema/json-schema.ts';

export interface DiscoveredResource {
  readonly name: string;
  readonly kind: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly group?: string;
  readonly version?: string;
}

/** A field of protobuf.json: number, name, label, type, and for maps the key's and the value's type. */
export type ProtobufField = readonly [number: number, name: string, label: string, type: string, value?: string];
/** A field of go-facts/facts.gen.json: number, JSON name, presence. */
export type FactField = readonly [number: number, jsonName: string, presence: string];
type Packages<F> = Readonly<Record<string, Readonly<Record<string, readonly F[]>>>>;

export interface Source {
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  readonly discovery: Readonly<Record<string, readonly DiscoveredResource[]>>;
  readonly columns: Readonly<Record<string, readonly { name: string; type: string; format: string; priority: number }[]>>;
  readonly protobuf: Packages<ProtobufField>;
  readonly facts: Packages<FactField>;
  readonly groupVersionOrder: Readonly<Record<string, readonly string[]>>;
  readonly bootstrap: Readonly<Record<string, readonly { metadata: { name: string } }[]>>;
  /** Group versions that are served only where somebody asks for them. */
  readonly offByDefault: ReadonlySet<string>;
}

/** The group of a custom resource that happened to be installed where the facts were read. */
const foreignGroup = 'example.com';

const drop = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).filter(([key]) => !key.startsWith(foreignGroup)));

const readJson = (directory: string, name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8'));

const readSchemas = (schemas: Map<string, JsonSchema>, directory: string): void => {
  for (const file of readdirSync(join(directory, 'openapi')).toSorted()) {
    if (file.includes(foreignGroup)) continue;
    for (const [name, schema] of Object.entries(readJson(directory, join('openapi', file))))
      if (!schemas.has(name)) schemas.set(name, schema as JsonSchema);
  }
};

/** Reads shared/kubernetes-1.35, and beside it what the same server only serves when told to. */
export const readSource = (
  directory: string,
  { facts, offByDefault }: { readonly facts: string; readonly offByDefault: string },
): Source => {
  const schemas = new Map<string, JsonSchema>();
  for (const each of [directory, offByDefault]) readSchemas(schemas, each);
  const more = readJson(offByDefault, 'discovery.json');
  return {
    schemas,
    discovery: { ...drop(readJson(directory, 'discovery.json')), ...more },
    columns: { ...drop(readJson(directory, 'table-columns.json')), ...readJson(offByDefault, 'table-columns.json') },
    protobuf: { ...readJson(directory, 'protobuf.json'), ...readJson(offByDefault, 'protobuf.json') },
    facts: { ...JSON.parse(readFileSync(facts, 'utf8')), ...readJson(offByDefault, 'facts.json') },
    groupVersionOrder: { ...drop(readJson(directory, 'group-version-order.json')), ...readJson(offByDefault, 'group-version-order.json') },
    bootstrap: readJson(directory, 'bootstrap-objects.json'),
    offByDefault: new Set(Object.keys(more)),
  };
};

export interface Home {
  /** Folder below src/api. */
  readonly folder: string;
  readonly version: string;
  /** The name without its package. */
  readonly local: string;
}

/** Where a definition such as `io.k8s.api.core.v1.Pod` lives: a folder per group; apimachinery's are in `meta`. */
export const homeOf = (definition: string): Home => {
  const parts = definition.split('.');
  const local = parts.at(-1) ?? '';
  if (definition.startsWith('io.k8s.apimachinery.')) return { folder: 'meta', version: 'v1', local };
  return { folder: parts.at(-3) ?? '', version: parts.at(-2) ?? '', local };
};

/** `io.k8s.kube-aggregator.pkg.…` (OpenAPI) ↔ `k8s.io.kube_aggregator.pkg.…` (protobuf). */
export const protobufPackageOf = (definition: string): string =>
  definition
    .replace(/^io\.k8s\./, 'k8s.io.')
    .replace(/\.[^.]+$/, '')
    .replaceAll('-', '_');

export const definitionNameOf = (protobufPackage: string, message: string): string =>
  `${protobufPackage.replace(/^k8s\.io\./, 'io.k8s.').replaceAll('_', '-')}.${message}`;

/** `apps/v1` → group and version; `v1` is the core group's. */
export const splitGroupVersion = (groupVersion: string): { group: string; version: string } => {
  const [first = '', second] = groupVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
};
