import { expect, test } from 'vitest';
import { servingOptions, type ServingFlags } from './serving-options.ts';

const versionsOf = (flags: ServingFlags): string[] => [
  ...new Set(
    servingOptions(flags)
      .kinds.filter(({ group }) => group === 'admissionregistration.k8s.io')
      .map(({ version }) => version),
  ),
];

test.each<[string, Record<string, string>, string[]]>([
  ['nothing', {}, ['v1']],
  ['a version', { 'admissionregistration.k8s.io/v1beta1': 'true' }, ['v1', 'v1beta1']],
  ['all beta versions but one', { 'api/beta': 'true', 'admissionregistration.k8s.io/v1beta1': 'false' }, ['v1']],
  ['everything', { 'api/all': 'true' }, ['v1', 'v1beta1', 'v1alpha1']],
])('%s in --runtime-config', (_, runtimeConfig, versions) => {
  expect(versionsOf({ runtimeConfig })).toEqual(versions);
});

test.each<[ServingFlags, string]>([
  [{ runtimeConfig: { 'foo.io/v1': 'true' } }, 'unknown api groups foo.io/v1'],
  [{ runtimeConfig: { 'apps/v1': 'false' } }, 'runtime-config apps/v1=false: this version is always served'],
  [{ featureGates: { Foo: 'true' } }, 'unrecognized feature gate: Foo'],
  [
    { featureGates: { OrderedNamespaceDeletion: 'false' } },
    'cannot set feature gate OrderedNamespaceDeletion to false: this server always has it',
  ],
  [{ featureGates: { 'kube:CBORServingAndStorage': 'true' } }, 'cannot set feature gate CBORServingAndStorage to true'],
  [{ featureGates: { Foo: 'yes' } }, 'invalid value of feature-gates: Foo=yes: must be true or false'],
  [{ featureGates: { MutatingAdmissionPolicy: 'true' } }, 'runtime-config must have admissionregistration.k8s.io/v1beta1=true'],
  [{ enableAdmissionPlugins: ['Foo'] }, 'enable-admission-plugins plugin "Foo" is unknown'],
  [{ disableAdmissionPlugins: ['Foo'] }, 'disable-admission-plugins plugin "Foo" is unknown'],
  [
    { enableAdmissionPlugins: ['Priority'], disableAdmissionPlugins: ['Priority'] },
    '[Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  ],
  [{ enableAdmissionPlugins: ['EventRateLimit'] }, 'enable-admission-plugins plugin "EventRateLimit" is not available'],
])('%j is refused', (flags, message) => {
  expect(() => servingOptions(flags)).toThrow(message);
});

test('feature gates may be said to be what they are here', () => {
  expect(() => servingOptions({ featureGates: { CustomResourceFieldSelectors: 'true', CBORServingAndStorage: 'false' } })).not.toThrow();
});
