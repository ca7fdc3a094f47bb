/** Schemas and rules: `npx tsx bench/schema.ts [FOLDER OF CRDS]`. Prints milliseconds to compile and microseconds an object. */
import { ruleChecker } from '../src/apimachinery/cel/check-definition.ts';
import { compileSchema } from '../src/apimachinery/schema/compile.ts';
import { validateCustomResourceDefinition, type CustomResourceDefinition } from '../src/apimachinery/schema/custom-resource-definition.ts';
import { selfContained } from '../src/apimachinery/schema/schema-node.ts';
import { readDefinitions } from './lib/definitions.ts';

const folder = process.argv[2] ?? '../shared/crds';
const definitions = readDefinitions(folder);

const millisecondsOf = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const microsecondsEach = (work: () => void, times = 5_000): number => {
  for (let warm = 0; warm < times; warm++) work();
  return (millisecondsOf(() => Array.from({ length: times }).forEach(work)) / times) * 1_000;
};
const print = (what: string, value: number, unit: string): void =>
  console.log(`${what.padEnd(48)} ${value.toFixed(2).padStart(10)} ${unit}`);

const sizeOf = (definition: CustomResourceDefinition): number => JSON.stringify(definition).length;
const largest = definitions.reduce((most, next) => (sizeOf(next) > sizeOf(most) ? next : most));
const schemaOf = (definition: CustomResourceDefinition) =>
  compileSchema(selfContained(definition.spec.versions.at(-1)?.schema?.openAPIV3Schema ?? {}));

const validateAll = (): void =>
  definitions.forEach((definition) => void validateCustomResourceDefinition(definition, { rules: ruleChecker }));
print(`${definitions.length} definitions validated, rules included, cold`, millisecondsOf(validateAll), 'ms');
print(`${definitions.length} definitions validated, rules included, warm`, millisecondsOf(validateAll), 'ms');
const minimal = { apiVersion: 'x/v1', kind: 'X', metadata: { name: 'x' }, spec: { template: { spec: {} } } };
print(
  `compile ${largest.metadata.name} and validate once`,
  millisecondsOf(() => void schemaOf(largest).validate(minimal)),
  'ms',
);

const routes = definitions.find(({ metadata }) => metadata.name === 'httproutes.gateway.networking.k8s.io');
if (routes) {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'x' },
    spec: {
      parentRefs: [{ name: 'gw', group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
      hostnames: ['a.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
          backendRefs: [{ name: 'svc', port: 80, group: '', kind: 'Service', weight: 1 }],
        },
      ],
    },
  };
  const schema = schemaOf(routes);
  print(
    'HTTPRoute: prune',
    microsecondsEach(() => void schema.prune(route)),
    'µs',
  );
  print(
    'HTTPRoute: apply defaults',
    microsecondsEach(() => schema.applyDefaults(route)),
    'µs',
  );
  print(
    'HTTPRoute: validate by schema',
    microsecondsEach(() => void schema.validate(route)),
    'µs',
  );
  print(
    'HTTPRoute: run its CEL rules',
    microsecondsEach(() => void schema.validateRules(route)),
    'µs',
  );
}
