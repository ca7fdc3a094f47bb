import type { Json } from '../../src/apimachinery/meta/object.ts';
import type { Step } from './requests.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const numbers = '/apis/numbers.diff.example.com/v1/namespaces/diff/numbers';
const pods = '/api/v1/namespaces/diff/pods';
const send = (method: string, path: string, text?: string, type = 'application/json'): Step => ({
  method,
  path,
  ...(text === undefined ? {} : { text, type }),
});
const get = (path: string, accept?: string): Step => ({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) });

const max = '9223372036854775807';
const properties = `"n":{"type":"integer","format":"int64"},"m":{"type":"integer","format":"int32"},"d":{"type":"integer","format":"int64","default":${max}},
 "f":{"type":"number"},"s":{"type":"string"},"any":{"x-kubernetes-preserve-unknown-fields":true},"ios":{"x-kubernetes-int-or-string":true},
 "low":{"type":"integer","minimum":9007199254740993,"maximum":9007199254740995},"five":{"type":"integer","multipleOf":5},
 "one":{"type":"integer","enum":[${max},9007199254740993]},"len":{"type":"string","maxLength":${max}},
 "set":{"type":"array","items":{"type":"integer"},"x-kubernetes-list-type":"set"},
 "map":{"type":"array","items":{"type":"object","required":["k"],"properties":{"k":{"type":"integer"},"v":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]},
 "cel":{"type":"integer","x-kubernetes-validations":[{"rule":"self + 1 > self"},{"rule":"self != 9007199254740993","message":"that one"}]}`;
const definition = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"numbers.numbers.diff.example.com"},
 "spec":{"group":"numbers.diff.example.com","names":{"plural":"numbers","singular":"number","kind":"Number","listKind":"NumberList"},"scope":"Namespaced",
 "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
  "additionalPrinterColumns":[{"name":"N","type":"integer","jsonPath":".spec.n"},{"name":"F","type":"number","jsonPath":".spec.f"},{"name":"S","type":"string","jsonPath":".spec.any"}],
  "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{${properties}}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}`;

const number = (name: string, spec: string): string =>
  `{"apiVersion":"numbers.diff.example.com/v1","kind":"Number","metadata":{"name":"${name}"},"spec":{${spec}}}`;
const pod = (name: string, meta: string, spec: string): string =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"${meta}},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"c","image":"busybox"}]${spec}}}`;

const protobufPod: Json = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'binary' },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'busybox' }], terminationGracePeriodSeconds: 9007199254740993n, tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -9223372036854775808n }] },
}; // prettier-ignore

const literals = [
  max, `-9223372036854775808`, '9223372036854775808', '-9223372036854775809', '18446744073709551615', '18446744073709551616', '9007199254740991', '9007199254740992',
  '9007199254740993', '-9007199254740993', '1.0', '1', '-0', '-0.0', '0.0', '1e3', '1E3', '1e-7', '1e20', '1e21', '1e22', '12345678901234567890', '100000000000000000000000', '1.5', '0.1',
  '9007199254740993.0', '9.223372036854775807e18', '1e18', '123456789012345678e0', '1e400', '1e-400', '0.30000000000000004', '3.14159265358979323846264338327950288', '5e-324', '01',
]; // prettier-ignore

const patched: readonly Step[] = [
  send('PATCH', `${numbers}/p`, `{"spec":{"n":${max}}}`, 'application/merge-patch+json'),
  send('PATCH', `${numbers}/p`, `{"spec":{"n":${max}}}`, 'application/merge-patch+json'),
  send('PATCH', `${numbers}/p`, `[{"op":"test","path":"/spec/n","value":${max}},{"op":"replace","path":"/spec/n","value":9007199254740993}]`, 'application/json-patch+json'),
  send('PATCH', `${numbers}/p`, `[{"op":"test","path":"/spec/n","value":9007199254740992}]`, 'application/json-patch+json'),
  send('PATCH', `${numbers}/p`, `[{"op":"copy","from":"/spec/n","path":"/spec/any"}]`, 'application/json-patch+json'),
  send('PATCH', `${numbers}/a?fieldManager=x`, number('a', `"n":${max},"set":[9007199254740993,1,9007199254740992],"map":[{"k":9007199254740993,"v":"x"}]`), 'application/apply-patch+yaml'),
  send('PATCH', `${numbers}/a?fieldManager=y`, number('a', `"n":9223372036854775806,"set":[9007199254740993,${max}],"map":[{"k":9007199254740992,"v":"y"},{"k":9007199254740993,"v":"z"}]`), 'application/apply-patch+yaml'),
  send('PATCH', `${numbers}/a?fieldManager=y&force=true`, number('a', `"n":9223372036854775806,"set":[9007199254740993,${max}],"map":[{"k":9007199254740992,"v":"y"},{"k":9007199254740993,"v":"z"}]`), 'application/apply-patch+yaml'),
  send('PATCH', `${numbers}/a?fieldManager=x`, number('a', `"set":[1],"map":[]`), 'application/apply-patch+yaml'),
  send('PATCH', `${numbers}/yy?fieldManager=x`, `apiVersion: numbers.diff.example.com/v1\nkind: Number\nmetadata: {name: yy}\nspec:\n  "n": ${max}\n  any: {hex: 0x7fffffffffffffff, big: 0xffffffffffffffff, under: 9_007_199_254_740_993, neg: -9223372036854775808}\n`, 'application/apply-patch+yaml'),
]; // prettier-ignore

/** Integers of 64 bits, and what is no integer, wherever a number goes through. */
export const numberCases: readonly Step[] = [
  send('POST', crds, definition),
  { ...get(`${numbers}?settle`), differs: 'the definition may take a moment to be served' },
  get(`${crds}/numbers.numbers.diff.example.com`),
  ...literals.flatMap((literal, index) =>
    ['n', 'm', 'f', 'any', 'ios'].map((field) => send('POST', numbers, number(`l${index}-${field}`, `"${field}":${literal}`))),
  ),
  ...['low', 'five', 'one', 'cel', 's'].flatMap((field) =>
    [max, '9007199254740992', '9007199254740993', '9007199254740994', '9007199254740996', '9223372036854775805'].map((literal) =>
      send('POST', `${numbers}?dryRun=All`, number('dry', `"${field}":${literal}`)),
    ),
  ),
  send('POST', `${numbers}?dryRun=All`, number('dry', '"set":[9007199254740993,9007199254740992,9007199254740993]')),
  send('POST', `${numbers}?dryRun=All`, number('dry', '"map":[{"k":9007199254740993},{"k":9007199254740992}]')),
  send('POST', `${numbers}?dryRun=All`, number('dry', `"s":"\\"x\\": ${max},","any":{"${max}":${max},"a":[${max},[${max}]]}`)),
  send('POST', `${numbers}?dryRun=All`, number('dry', `"any":{"a":${max},"a":9007199254740993}`)),
  send('POST', `${numbers}?dryRun=All&fieldValidation=Strict`, number('dry', `"any":{"a":${max},"a":9007199254740993}`)),
  send('POST', numbers, `apiVersion: numbers.diff.example.com/v1\nkind: Number\nmetadata: {name: yaml}\nspec: {"n": ${max}, any: [1e3, 1.0, 0o17, 9007199254740993]}\n`, 'application/yaml'),
  get(`${numbers}/yaml`, 'application/yaml'),
  send('POST', numbers, number('p', `"n":1,"f":1.0`)),
  ...patched,
  get(numbers), get(numbers, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${numbers}/a?pretty=true`), get(`${numbers}?watch=true&timeoutSeconds=1`),
  send('POST', pods, pod('big', '', `,"terminationGracePeriodSeconds":${max},"activeDeadlineSeconds":2147483647,"tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":${max}}]`)),
  send('POST', pods, pod('uid', '', `,"securityContext":{"runAsUser":${max},"fsGroup":9007199254740993,"supplementalGroups":[2147483648]}`)),
  { method: 'POST', path: pods, protobuf: true, body: protobufPod },
  get(`${pods}/binary`),
  send('POST', pods, pod('over', '', `,"terminationGracePeriodSeconds":9223372036854775808`)),
  send('POST', pods, pod('exp', '', `,"terminationGracePeriodSeconds":1e3`)),
  send('POST', pods, pod('mem', '', `,"terminationGracePeriodSeconds":0,"nodeName":"n","overhead":{"memory":${max}}`)),
  send('PATCH', `${pods}/big`, `{"spec":{"tolerations":[{"key":"b","operator":"Exists","effect":"NoExecute","tolerationSeconds":9007199254740993}]}}`, 'application/strategic-merge-patch+json'),
  get(`${pods}/big`), get(`${pods}/big`, 'application/vnd.kubernetes.protobuf'),
  send('POST', pods, pod('gone', '', `,"nodeName":"n","terminationGracePeriodSeconds":${max}`)),
  send('DELETE', `${pods}/gone`), send('DELETE', `${pods}/gone`, `{"gracePeriodSeconds":9007199254740993}`), send('DELETE', `${pods}/gone?gracePeriodSeconds=0`),
  send('POST', '/apis/apps/v1/namespaces/diff/controllerrevisions', `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"r"},"revision":${max},"data":{"x":9007199254740993}}`),
  get('/apis/apps/v1/namespaces/diff/controllerrevisions/r', 'application/vnd.kubernetes.protobuf'), get('/apis/apps/v1/namespaces/diff/controllerrevisions'),
  send('POST', '/apis/batch/v1/namespaces/diff/jobs', `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"activeDeadlineSeconds":${max},"suspend":true,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x"}]}}}}`),
  send('POST', '/api/v1/namespaces/diff/serviceaccounts/default/token', `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":${max}}}`),
  send('DELETE', `${crds}/numbers.numbers.diff.example.com`),
]; // prettier-ignore
