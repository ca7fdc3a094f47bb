import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { versionInfo } from '../discovery/version-info.ts';
import type { KindCatalog } from '../registry/contract.ts';
import type { PathItem } from './document.ts';
import { documentFingerprint } from './fingerprint.ts';
import { serverPaths } from './server-paths.ts';
import { customDocument, discoveryPath, groupVersionPaths, openApiDocument } from './v3-document.ts';

/** One OpenAPI v3 document: its hash at once, its bytes when asked for. */
export interface PublishedDocument {
  readonly hash: string;
  readonly bytes: () => Buffer;
}

export interface OpenApiPublisher {
  /** By path without the leading slash: `apis/apps/v1`. */
  documents(): ReadonlyMap<string, PublishedDocument>;
  /** Every path of every document, and the kinds behind them: what v2 is made from. */
  everything(): { readonly paths: Record<string, PathItem>; readonly definitions: readonly KindDefinition[]; readonly hash: string };
}

const lazy = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const camel = (group: string): string =>
  group.replace(/\.k8s\.io$/, '').replaceAll(/[.-](.)/g, (_, letter: string) => letter.toUpperCase());

/** One small document for each group: its versions. */
const groupPaths = (groups: readonly string[]): [string, PathItem][] =>
  groups.map((group): [string, PathItem] => {
    const tag = camel(group);
    const operationId = `get${tag.charAt(0).toUpperCase()}${tag.slice(1)}APIGroup`;
    return [`/apis/${group}/`, discoveryPath({ tag, operationId, description: 'get information of a group', schema: 'APIGroup' })];
  });

const byGroupVersion = (definitions: readonly KindDefinition[]): Map<string, readonly KindDefinition[]> => {
  const groups = new Map<string, KindDefinition[]>();
  for (const definition of definitions) {
    const path = `${definition.group === '' ? 'api' : 'apis'}/${formatGroupVersion(definition.group, definition.version)}`;
    const members = groups.get(path);
    if (members) members.push(definition);
    else groups.set(path, [definition]);
  }
  return groups;
};

/** OpenAPI documents of what the catalog serves right now; unchanged group versions keep theirs when others come and go. */
export const createOpenApiPublisher = (catalog: KindCatalog): OpenApiPublisher => {
  let generation = -1;
  let documents = new Map<string, PublishedDocument>();
  let groupVersions = new Map<string, readonly KindDefinition[]>();

  const refresh = (): void => {
    if (generation === catalog.generation) return;
    generation = catalog.generation;
    groupVersions = byGroupVersion(catalog.all());
    const next = new Map<string, PublishedDocument>();
    const add = (path: string, hash: string, make: () => object): void => {
      const known = documents.get(path);
      next.set(path, known?.hash === hash ? known : { hash, bytes: lazy(() => Buffer.from(encodeJson(make()))) });
    };
    const groups = new Set(catalog.all().flatMap(({ group, custom }) => (group === '' || custom ? [] : [group])));
    for (const [path, item] of groupPaths([...groups])) {
      const key = path.slice(1, -1);
      add(key, documentFingerprint(`${versionInfo.gitVersion} ${key}`, []), () => openApiDocument({ [path]: item }, []));
    }
    for (const [name, item] of Object.entries(serverPaths))
      add(name, documentFingerprint(`${versionInfo.gitVersion} ${name}`, []), () => openApiDocument({ [`/${name}/`]: item }, []));
    for (const [path, definitions] of groupVersions) {
      const hash = documentFingerprint(versionInfo.gitVersion, definitions);
      const build = definitions.some(({ custom }) => custom) ? customDocument : openApiDocument;
      add(path, hash, () => build(groupVersionPaths(definitions), definitions));
    }
    documents = new Map([...next].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };

  return {
    documents: () => {
      refresh();
      return documents;
    },
    everything: () => {
      refresh();
      const definitions = catalog.all();
      const indexes = groupPaths([...new Set(definitions.flatMap(({ group, custom }) => (group === '' || custom ? [] : [group])))]);
      const own = Object.entries(serverPaths).map(([name, item]): [string, PathItem] => [`/${name}/`, item]);
      const paths = [...own, ...indexes, ...[...groupVersions.values()].flatMap((members) => Object.entries(groupVersionPaths(members)))];
      return {
        paths: Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1))),
        definitions,
        hash: documentFingerprint(versionInfo.gitVersion, definitions),
      };
    },
  };
};
