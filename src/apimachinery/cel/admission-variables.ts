import type { Variable } from './environment.ts';
import { authorizerType, resourceCheckType } from './functions/authorizer.ts';
import { boolType, type CelType, dynType, intType, listType, mapType, stringType, timestampType } from './types.ts';

const object = (name: string, fields: Readonly<Record<string, CelType>>): CelType => ({
  kind: 'object',
  name: `kubernetes.${name}`,
  fields: new Map(Object.entries(fields).map(([field, type]) => [field, { name: field, type }])),
});

const strings = listType(stringType);
const stringMap = mapType(stringType, stringType);
const kind = object('GroupVersionKind', { group: stringType, version: stringType, kind: stringType });
const resource = object('GroupVersionResource', { group: stringType, version: stringType, resource: stringType });

const requestType = object('AdmissionRequest', {
  kind,
  resource,
  subResource: stringType,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo: object('UserInfo', { username: stringType, uid: stringType, groups: strings, extra: mapType(stringType, strings) }),
  dryRun: boolType,
  options: dynType,
});

const namespaceType = object('Namespace', {
  metadata: object('NamespaceMetadata', {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels: stringMap,
    annotations: stringMap,
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: strings,
  }),
  spec: object('NamespaceSpec', { finalizers: strings }),
  status: object('NamespaceStatus', {
    conditions: listType(
      object('NamespaceCondition', {
        status: stringType,
        type: stringType,
        lastTransitionTime: timestampType,
        message: stringType,
        reason: stringType,
      }),
    ),
    phase: stringType,
  }),
});

/** What every expression of a policy or a webhook's match conditions may read, besides params and variables. */
export const admissionVariables = (objectType: CelType = dynType): readonly Variable[] => [
  { name: 'object', type: objectType },
  { name: 'oldObject', type: objectType },
  { name: 'request', type: requestType },
  { name: 'namespaceObject', type: namespaceType },
  { name: 'authorizer', type: authorizerType },
  { name: 'authorizer.requestResource', type: resourceCheckType },
];
