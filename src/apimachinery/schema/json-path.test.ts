import { expect, test } from 'vitest';
import { compileJsonPath, JsonPathError } from './json-path.ts';

const object = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'x' } },
  spec: {
    replicas: 3,
    containers: [
      { name: 'a', image: 'i1' },
      { name: 'b', image: 'i2' },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', n: 2 },
      { type: 'Synced', status: 'False', n: 5 },
    ],
  },
};

test.each([
  ['.spec.replicas', [3]],
  ['{.spec.replicas}', [3]],
  ['$.metadata.name', ['web']],
  [".metadata.labels['app\\.kubernetes\\.io/name']", ['x']],
  [".metadata.labels['app.kubernetes.io/name']", []],
  [".spec.containers[0]['image', 'name']", ['i1', 'a']],
  [".spec['replicas','missing']", [3]],
  [".status.conditions[0,1]['type','n']", ['Ready', 2, 'Synced', 5]],
  ['.metadata.labels.app\\.kubernetes\\.io/name', ['x']],
  ['.spec.containers[*].image', ['i1', 'i2']],
  ['.spec.containers[0].name', ['a']],
  ['.spec.containers[-1].name', ['b']],
  ['.spec.containers[0,1].name', ['a', 'b']],
  ['.spec.containers[0:1].name', ['a']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type == 'Synced')].status", ['False']],
  ['.status.conditions[?(@.n>2)].type', ['Synced']],
  ['.status.conditions[?(@.missing)].type', []],
  ['..image', ['i1', 'i2']],
  ['.nothing.here[3].at.all', []],
  ['.', [object]],
])('%s', (path, expected) => {
  expect(compileJsonPath(path)(object)).toEqual(expected);
});

test.each(['.a[', '.a[?(@.b=={})]', '.a[x]', '.a["b"]', ".a['b", ".a['it\\'s']", '.a["b","c"]'])('%s is refused', (path) => {
  expect(() => compileJsonPath(path)(object)).toThrow(JsonPathError);
});
