import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Reply } from './tls-server.ts';

/** One request to both servers; `$NS` stands for the scenario's namespace. */
export interface Probe {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes what decides, as a change of parameters does: the probes after it wait until both servers have seen it. */
  readonly changes?: boolean;
}

export interface AdmissionReview extends JsonObject {
  readonly request: JsonObject & { readonly uid: string };
}

/** Policies or webhooks for one namespace, and requests that they judge. */
export interface Scenario {
  readonly name: string;
  /** Labels of its namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Posted before anything else, such as parameters. */
  readonly before?: readonly JsonObject[];
  readonly objects: readonly JsonObject[];
  readonly probes: readonly Probe[];
  /** Several bindings or policies warn: kube-apiserver asks them in no order. */
  readonly isUnordered?: boolean;
  /** What the webhooks answer, by the last part of their path; allowed when there is none. */
  readonly replies?: Readonly<Record<string, (review: AdmissionReview) => Reply>>;
}

export const maps = '/api/v1/namespaces/$NS/configmaps';
export const configMap = (name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});
export const post = (body: JsonObject, path = maps, query = ''): Probe => ({ method: 'POST', path: `${path}${query}`, body });
export const put = (body: JsonObject, path = maps): Probe => ({
  method: 'PUT',
  path: `${path}/${(body['metadata'] as JsonObject)['name']}`,
  body,
});
export const remove = (name: string, path = maps, query = ''): Probe => ({ method: 'DELETE', path: `${path}/${name}${query}` });
export const mergePatch = (path: string, body: Json): Probe => ({ method: 'PATCH', path, body, type: 'application/merge-patch+json' });
export const applyAs = (manager: string, body: JsonObject, path = maps): Probe => ({
  method: 'PATCH',
  path: `${path}/${(body['metadata'] as JsonObject)['name']}?fieldManager=${manager}`,
  body,
  type: 'application/apply-patch+yaml',
});
/** As somebody else, who may do anything in the namespace. */
export const as = (user: string, probe: Probe, groups = 'system:masters'): Probe => ({
  ...probe,
  headers: { 'impersonate-user': user, 'impersonate-group': groups, 'impersonate-extra-team': 'blue', 'impersonate-uid': 'uid-1' },
});

/** Where objects of these kinds are created. */
export const collectionOf = ({ apiVersion, kind }: JsonObject): string => {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${String(apiVersion)}`;
  const plural = String(kind).toLowerCase().replace(/y$/, 'ie').concat('s').replace(/sss$/, 'sses');
  const isInNamespace = /^(?:ConfigMap|Secret|Pod|Deployment|Service|Role|RoleBinding|Widget)$/.test(String(kind));
  return isInNamespace ? `${group}/namespaces/$NS/${plural}` : `${group}/${plural}`;
};
