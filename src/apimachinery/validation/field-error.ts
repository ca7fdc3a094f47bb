/** The types of k8s.io/apimachinery's field.Error; each is also a CauseType on the wire (`FieldValue…`). */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotFound'
  | 'InternalError';

/** One thing wrong with one field. `field` is a path such as `spec.containers[0].ports[1].name`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
  /** It was so before: told as a warning, and refuses nothing (ratcheting, KEP-4008). */
  readonly forgiven?: true;
}
