import { expect, test } from 'vitest';
import { inConversionWords } from './conversion-words.ts';

test.each([
  ['string into Go struct field ObjectMeta.metadata.labels of type map[string]string', 'cannot restore map from string'],
  ['object into Go struct field PodSpec.spec.containers of type []v1.Container', 'cannot restore slice from map'],
  ['number into Go struct field Pod.spec of type v1.PodSpec', 'cannot restore struct from: int64'],
  ['number into Go struct field ObjectMeta.metadata.labels of type string', 'cannot convert int64 to string'],
  ['string into Go struct field DeploymentSpec.spec.replicas of type int32', 'unrecognized type: int32'],
])('%s', (words, converted) => {
  expect(inConversionWords(`json: cannot unmarshal ${words}`)).toBe(converted);
});

test('what is no mismatch of types keeps its words', () => {
  expect(inConversionWords('quantities must match the regular expression')).toBe('quantities must match the regular expression');
});
