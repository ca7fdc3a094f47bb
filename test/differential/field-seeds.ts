import { readFileSync, readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KindDefinition } from '../../src/api/kind-definition.ts';
import { builtInKinds } from '../../src/api/kinds.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import type { JsonSchema } from '../../src/apimachinery/schema/json-schema.ts';
import { selfContained } from '../../src/apimachinery/schema/schema-node.ts';
import type { Answer } from './field-answers.ts';

/** A valid object of a kind, and where its kind is served. */
export interface Seed {
  readonly object: UnstructuredObject;
  readonly definition: Pick<KindDefinition, 'schema' | 'subresources'>;
  /** Of a custom kind: values of wrong types and unknown fields are worth a try too. */
  readonly custom?: boolean;
  readonly collection: string;
  readonly item: string;
}

export interface BuiltInSeed extends Seed {
  readonly definition: KindDefinition;
}

const documentsOf = (path: string): UnstructuredObject[] => {
  const folder = new URL(path, import.meta.url);
  return readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'), { version: '1.2' }).map(
      (document) => document.toJS() as UnstructuredObject,
    ),
  );
};

type Definition = UnstructuredObject & {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly subresources?: Readonly<Record<string, Json>>;
      readonly schema: { readonly openAPIV3Schema: JsonSchema };
    }[];
  };
};

/** The definitions of `custom-seeds/`, which both servers must have, and the objects of their kinds. */
export const readCustomSeeds = (
  namespace: string,
): { readonly definitions: readonly UnstructuredObject[]; readonly seeds: readonly Seed[] } => {
  const documents = documentsOf('./custom-seeds/');
  const definitions = documents.filter(({ kind }) => kind === 'CustomResourceDefinition') as Definition[];
  const seeds = documents
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map((object): Seed => {
      const spec = definitions.find(
        ({ spec: { group, names } }) => object.apiVersion?.startsWith(`${group}/`) && names.kind === object.kind,
      )?.spec;
      const version = spec?.versions.find(({ name }) => object.apiVersion === `${spec.group}/${name}`);
      if (!spec || !version) throw new Error(`not defined: ${object.apiVersion} ${object.kind}`);
      const source = selfContained(version.schema.openAPIV3Schema);
      const subresources = Object.keys(version.subresources ?? {}).map((name) => ({ name, verbs: [] }));
      const collection = `/apis/${object.apiVersion}${spec.scope === 'Namespaced' ? `/namespaces/${namespace}` : ''}/${spec.names.plural}`;
      return {
        object,
        definition: { schema: () => source, subresources },
        custom: true,
        collection,
        item: `${collection}/${object.metadata.name}`,
      };
    });
  return { definitions, seeds };
};

/** Every object of `seeds/`, put into one namespace. */
export const readSeeds = (namespace: string): BuiltInSeed[] =>
  documentsOf('./seeds/').map((document) => {
    const object = inNamespace(document, namespace);
    const [version = '', group = ''] = String(object.apiVersion).split('/').toReversed();
    const definition = builtInKinds.find((kind) => kind.group === group && kind.version === version && kind.kind === object.kind);
    if (!definition) throw new Error(`not served: ${object.apiVersion} ${object.kind}`);
    const root = group === '' ? '/api/v1' : `/apis/${group}/${version}`;
    const collection = `${root}${definition.namespaced ? `/namespaces/${namespace}` : ''}/${definition.plural}`;
    return { object, definition, collection, item: `${collection}/${object.metadata.name}` };
  });

/** What an object says of the namespace that it is meant for. */
const inNamespace = (object: UnstructuredObject, namespace: string): UnstructuredObject =>
  JSON.parse(JSON.stringify(object).replaceAll('"namespace":"fields"', `"namespace":"${namespace}"`)) as UnstructuredObject;

/** One request to one server. */
export type Send = (method: string, path: string, body?: JsonObject) => Promise<Answer>;

/** Deletes a seed on a server that has no controllers beside it: what they would finish is finished here. */
export const removeSeed = async (send: Send, { object, item }: Seed): Promise<void> => {
  const { code, body } = await send('DELETE', `${item}?propagationPolicy=Background&gracePeriodSeconds=0`);
  if (code === 404) return;
  if (object.kind === 'Namespace') await send('PUT', `${item}/finalize`, { ...(body as JsonObject), spec: { finalizers: [] } });
  const left = (await send('GET', item)).body as { readonly metadata?: Readonly<Record<string, Json>> };
  if (left.metadata?.['finalizers']) await send('PUT', item, { ...left, metadata: { ...left.metadata, finalizers: [] } });
};
