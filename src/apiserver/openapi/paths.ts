import type { KindDefinition, SubresourceDefinition, Verb } from '../../api/kind-definition.ts';
import { formatGroupResource } from '../../apimachinery/meta/group-version.ts';
import { isConnect } from '../../api/core/connect-options.ts';
import { connectPaths, logParameters } from './connect-paths.ts';
import { content, methods, textContent } from './document.ts';
import type { Method, Operation, Parameter, PathItem } from './document.ts';
import { operationId, operationTag } from './operation-names.ts';
import type { OperationName } from './operation-names.ts';
import { hoistParameters, nameParameter, namespaceParameter, queryParameters } from './parameters.ts';
import { builtInSchemaName, listSchemaName, metaSchema, schemaName } from './schema-names.ts';

type Operations = { [method in Method]?: Operation };

interface OperationSpec {
  readonly name: Pick<OperationName, 'verb' | 'collection' | 'subresource' | 'suffix'>;
  readonly description: string;
  readonly action: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly schema: string; readonly types?: readonly string[]; readonly optional?: true };
  readonly answer: string;
  readonly codes?: readonly string[];
  readonly streams?: boolean;
}

const codeTexts: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };
const jsonPatches = ['application/json-patch+json', 'application/merge-patch+json'];
const patchTypes = {
  custom: ['application/apply-patch+yaml', ...jsonPatches],
  builtIn: ['application/apply-patch+yaml', ...jsonPatches, 'application/strategic-merge-patch+json'],
};

/** One kind's view of the operations: names, media types and answers that all of them share. */
const operationsOf = (definition: KindDefinition, about: { namespaced: boolean; kind?: SubresourceDefinition['kind'] }) => {
  const { group, version, kind, custom } = definition;
  const answerTypes = custom
    ? ['application/json', 'application/yaml']
    : ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
  const streamTypes = custom
    ? answerTypes
    : [...answerTypes, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'].toSorted();
  const bodyTypes = custom ? answerTypes : ['*/*'];
  return (spec: OperationSpec): Operation => ({
    tags: [operationTag(group, version)],
    description: spec.description,
    operationId: operationId({ ...spec.name, group, version, kind, namespaced: about.namespaced }),
    ...(spec.parameters ? { parameters: spec.parameters } : {}),
    ...(spec.body
      ? {
          requestBody: {
            content: content(spec.body.types ?? bodyTypes, spec.body.schema),
            ...(spec.body.optional ? {} : { required: true }),
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        (spec.codes ?? ['200']).map((code) => [
          code,
          { description: codeTexts[code] ?? '', content: content(spec.streams ? streamTypes : answerTypes, spec.answer) },
        ]),
      ),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': spec.action,
    'x-kubernetes-group-version-kind': about.kind ?? { group, version, kind },
  });
};

/** Moves what all operations take to the path, in the order clients know: sorted by name. */
const pathItem = (operations: Operations, parameters: readonly Parameter[]): PathItem => {
  const present = methods.filter((method) => operations[method]);
  const { shared, own } = hoistParameters(present.map((method) => operations[method]?.parameters ?? []));
  const item: Operations & { parameters?: readonly Parameter[] } = {};
  present.forEach((method, index) => {
    const { parameters: _, ...operation } = operations[method]!;
    const mine = own[index] ?? [];
    item[method] = mine.length > 0 ? { ...operation, parameters: mine } : operation;
  });
  const all = [...shared, ...parameters, ...queryParameters.pretty];
  return { ...item, parameters: all.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};

/** Kinds whose deletion answers the object, not a Status. */
const answersObject = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'volumeattributesclasses.storage.k8s.io',
]);
const deletionAnswersObject = ({ group, plural }: KindDefinition): boolean =>
  group === 'resource.k8s.io' || answersObject.has(formatGroupResource(group, plural));

const has = (verbs: readonly Verb[], verb: Verb): boolean => verbs.includes(verb);

const writeOperations = (
  make: (spec: OperationSpec) => Operation,
  target: { verbs: readonly Verb[]; schema: string; kind: string; subresource?: string; custom: boolean },
): Operations => {
  const { verbs, schema, kind, custom } = target;
  const part = target.subresource === undefined ? {} : { subresource: target.subresource };
  const what = target.subresource === undefined ? `the specified ${kind}` : `${target.subresource} of the specified ${kind}`;
  const patchBody = { schema: metaSchema('Patch'), types: custom ? patchTypes.custom : patchTypes.builtIn };
  const read = custom ? { parameters: queryParameters.list.filter(({ name }) => name === 'resourceVersion') } : {};
  const operations: Operations = {};
  if (has(verbs, 'get'))
    operations.get = make({ name: { verb: 'read', ...part }, description: `read ${what}`, action: 'get', ...read, answer: schema });
  if (has(verbs, 'update'))
    operations.put = make({
      name: { verb: 'replace', ...part },
      description: `replace ${what}`,
      action: 'put',
      parameters: queryParameters.write,
      body: { schema },
      answer: schema,
      codes: ['200', '201'],
    });
  if (has(verbs, 'patch'))
    operations.patch = make({
      name: { verb: 'patch', ...part },
      description: `partially update ${what}`,
      action: 'patch',
      parameters: queryParameters.patch,
      body: patchBody,
      answer: schema,
      codes: custom ? ['200'] : ['200', '201'],
    });
  return operations;
};

const createOperation = (
  make: (spec: OperationSpec) => Operation,
  target: { schema: string; what: string; subresource?: string },
): Operation =>
  make({
    name: { verb: 'create', ...(target.subresource === undefined ? {} : { subresource: target.subresource }) },
    description: `create ${target.what}`,
    action: 'post',
    parameters: queryParameters.write,
    body: { schema: target.schema },
    answer: target.schema,
    codes: ['200', '201', '202'],
  });

const collectionOperations = (make: (spec: OperationSpec) => Operation, definition: KindDefinition): Operations => {
  const { verbs, kind } = definition;
  const operations: Operations = {};
  if (has(verbs, 'list'))
    operations.get = make({
      name: { verb: 'list' },
      description: `list or watch objects of kind ${kind}`,
      action: 'list',
      parameters: queryParameters.list,
      answer: listSchemaName(definition),
      streams: true,
    });
  if (has(verbs, 'create')) operations.post = createOperation(make, { schema: schemaName(definition), what: `a ${kind}` });
  if (has(verbs, 'deletecollection'))
    operations.delete = make({
      name: { verb: 'delete', collection: true },
      description: `delete collection of ${kind}`,
      action: 'deletecollection',
      ...(definition.custom
        ? { parameters: queryParameters.list }
        : { parameters: queryParameters.deleteCollection, body: { schema: metaSchema('DeleteOptions'), optional: true } }),
      answer: metaSchema('Status'),
    });
  return operations;
};

const itemOperations = (make: (spec: OperationSpec) => Operation, definition: KindDefinition): Operations => {
  const { verbs, kind } = definition;
  const operations = writeOperations(make, { verbs, schema: schemaName(definition), kind, custom: definition.custom !== undefined });
  if (has(verbs, 'delete'))
    operations.delete = make({
      name: { verb: 'delete' },
      description: `delete a ${kind}`,
      action: 'delete',
      parameters: queryParameters.delete,
      body: { schema: metaSchema('DeleteOptions'), optional: true },
      answer: deletionAnswersObject(definition) ? schemaName(definition) : metaSchema('Status'),
      codes: ['200', '202'],
    });
  return operations;
};

const logTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml', 'text/plain'];
const textResponses = { 200: { description: 'OK', content: textContent(logTypes) }, 401: { description: 'Unauthorized' } };

const subresourceOperations = (definition: KindDefinition, subresource: SubresourceDefinition): Operations => {
  const { name, verbs, kind } = subresource;
  const { group, version, kind: ownKind } = definition;
  // A custom resource's scale says whose it is.
  const about = definition.custom && kind ? { group, version, kind: ownKind } : kind;
  const make = operationsOf(definition, { namespaced: definition.namespaced, kind: about });
  const schema = kind ? builtInSchemaName(kind.group, kind.version, kind.kind) : schemaName(definition);
  const custom = definition.custom !== undefined;
  const operations = writeOperations(make, { verbs, schema, kind: definition.kind, subresource: name, custom });
  if (name === 'log' && operations.get) operations.get = { ...operations.get, responses: textResponses };
  if (has(verbs, 'create')) operations.post = createOperation(make, { schema, what: `${name} of a ${definition.kind}`, subresource: name });
  return operations;
};

/** The deprecated paths below /watch/, published for built-in kinds only. */
const watchPaths = (definition: KindDefinition, root: string, inNamespace: string): [string, PathItem][] => {
  const { kind, namespaced, plural } = definition;
  const answer = metaSchema('WatchEvent');
  const list = (everywhere: boolean): Operation =>
    operationsOf(definition, { namespaced: namespaced && !everywhere })({
      name: { verb: 'watch', suffix: everywhere && namespaced ? 'ListForAllNamespaces' : 'List' },
      description: `watch individual changes to a list of ${kind}; deprecated: list with the watch parameter instead`,
      action: 'watchlist',
      parameters: queryParameters.list,
      answer,
      streams: true,
    });
  const one = operationsOf(definition, { namespaced })({
    name: { verb: 'watch' },
    description: `watch changes to a ${kind}; deprecated: list with the watch and fieldSelector parameters instead`,
    action: 'watch',
    parameters: queryParameters.list,
    answer,
    streams: true,
  });
  const path = `${root}/watch${inNamespace}/${plural}`;
  const scope = namespaced ? [namespaceParameter] : [];
  return [
    [path, pathItem({ get: list(false) }, scope)],
    [`${path}/{name}`, pathItem({ get: one }, [...scope, nameParameter(kind)])],
    ...(namespaced ? [[`${root}/watch/${plural}`, pathItem({ get: list(true) }, [])] as [string, PathItem]] : []),
  ];
};

/** The OpenAPI paths of a kind below `root` (`/apis/apps/v1`). */
export const kindPaths = (definition: KindDefinition, root: string): readonly [string, PathItem][] => {
  const { kind, namespaced, plural, subresources, verbs } = definition;
  const inNamespace = namespaced ? '/namespaces/{namespace}' : '';
  const scope = namespaced ? [namespaceParameter] : [];
  const make = operationsOf(definition, { namespaced });
  const paths: [string, PathItem][] = [];
  const add = (path: string, operations: Operations, parameters: readonly Parameter[]): void => {
    if (Object.keys(operations).length > 0) paths.push([path, pathItem(operations, parameters)]);
  };
  const path = `${root}${inNamespace}/${plural}`;
  add(path, collectionOperations(make, definition), scope);
  add(`${path}/{name}`, itemOperations(make, definition), [...scope, nameParameter(kind)]);
  for (const subresource of subresources) {
    if (isConnect(subresource)) {
      paths.push(...connectPaths(definition, subresource, `${path}/{name}/${subresource.name}`));
      continue;
    }
    const log = subresource.name === 'log' ? logParameters : [];
    add(`${path}/{name}/${subresource.name}`, subresourceOperations(definition, subresource), [
      ...scope,
      ...log,
      nameParameter(subresource.kind?.kind ?? kind),
    ]);
  }
  if (namespaced && has(verbs, 'list')) {
    const { get } = collectionOperations(operationsOf(definition, { namespaced: false }), definition);
    if (get) add(`${root}/${plural}`, { get: { ...get, operationId: `${get.operationId}ForAllNamespaces` } }, []);
  }
  if (!definition.custom && has(verbs, 'watch')) paths.push(...watchPaths(definition, root, inNamespace));
  return paths;
};
