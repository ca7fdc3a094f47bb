import { expect, test } from 'vitest';
import { decodeReview } from './decode-review.ts';

const review = (response: unknown, more: object = {}) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response,
  ...more,
});
const noKind = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;
const inField = (field: string) => `Go struct field AdmissionResponse.response.${field}`;

// What kube-apiserver says of such answers.
test.each<[unknown, string]>([
  [[], `couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type ${noKind}`],
  ['<html>', `couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type ${noKind}`],
  [
    review({}, { apiVersion: 'admission.k8s.io/v1beta1' }),
    'converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion',
  ],
  [
    review({}, { apiVersion: 'admission.k8s.io/v2' }),
    'no kind "AdmissionReview" is registered for version "admission.k8s.io/v2" in scheme "pkg/runtime/scheme.go:111"',
  ],
  [review({}, { kind: 'Other' }), 'no kind "Other" is registered for version "admission.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"'],
  [review({ allowed: 'yes' }), `json: cannot unmarshal string into ${inField('allowed')} of type bool`],
  [review({ warnings: [1] }), `json: cannot unmarshal number into ${inField('warnings')} of type string`],
  [review({ auditAnnotations: ['x'] }), `json: cannot unmarshal array into ${inField('auditAnnotations')} of type map[string]string`],
])('%j is no answer', (answer, why) => {
  expect(() => decodeReview(answer, 'v1')).toThrow(why);
});

test.each([[null], [{}], [review(null)]])('%j has no response', (answer) => {
  expect(decodeReview(answer, 'v1').response ?? undefined).toBeUndefined();
});
