import { readFileSync, readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KindDefinition } from '../../src/api/kind-definition.ts';
import { builtInKinds } from '../../src/api/kinds.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import type { Answer } from './field-answers.ts';

/** A valid object of a kind, and where its kind is served. */
export interface Seed {
  readonly object: UnstructuredObject;
  readonly definition: KindDefinition;
  readonly collection: string;
  readonly item: string;
}

/** Every object of `seeds/`, put into one namespace. */
export const readSeeds = (namespace: string): Seed[] => {
  const folder = new URL('./seeds/', import.meta.url);
  const objects = readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'), { version: '1.2' }).map(
      (document) => document.toJS() as UnstructuredObject,
    ),
  );
  return objects.map((object) => {
    const [version = '', group = ''] = String(object.apiVersion).split('/').toReversed();
    const definition = builtInKinds.find((kind) => kind.group === group && kind.version === version && kind.kind === object.kind);
    if (!definition) throw new Error(`not served: ${object.apiVersion} ${object.kind}`);
    const root = group === '' ? '/api/v1' : `/apis/${group}/${version}`;
    const collection = `${root}${definition.namespaced ? `/namespaces/${namespace}` : ''}/${definition.plural}`;
    return { object, definition, collection, item: `${collection}/${object.metadata.name}` };
  });
};

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
