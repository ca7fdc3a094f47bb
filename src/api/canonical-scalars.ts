import { canonicalQuantity } from '../apimachinery/quantity/format-quantity.ts';
import { canonicalMicroTime, canonicalTime } from '../apimachinery/time/timestamp.ts';

/** How a value of one type is brought into the form the original would write. */
export interface CanonicalValue {
  /** The value is never null or undefined. */
  canonical(value: unknown): unknown;
  /** Go's zero value in JSON. */
  zero(): unknown;
  /** Whether an omitempty field drops the canonical value. */
  isZero(value: unknown): boolean;
}

const scalar = (zero: unknown, canonical: (value: unknown) => unknown = (value) => value): CanonicalValue => ({
  canonical,
  zero: () => zero,
  isZero: (value) => value === zero,
});

/** Never dropped by omitempty: a struct in Go. */
const opaque = (zero: unknown, canonical: (value: unknown) => unknown = (value) => value): CanonicalValue => ({
  canonical,
  zero: () => zero,
  isZero: () => false,
});

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

const scalars: Readonly<Record<string, CanonicalValue>> = {
  string: scalar(''),
  bool: scalar(false),
  int32: scalar(0),
  int64: scalar(0),
  double: scalar(0, (value) => (typeof value === 'bigint' ? Number(value) : value)),
  bytes: scalar('', (value) => (typeof value === 'string' && /[\r\n]/.test(value) ? value.replaceAll(/[\r\n]/g, '') : value)),
  'io.k8s.apimachinery.pkg.api.resource.Quantity': opaque('0', (value) => canonicalQuantity(value as string | number)),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': opaque(0),
  [`${meta}.Time`]: opaque(null, (value) => canonicalTime(value as string) ?? value),
  [`${meta}.MicroTime`]: opaque(null, (value) => canonicalMicroTime(value as string) ?? value),
  [`${meta}.FieldsV1`]: opaque(null),
  'io.k8s.apimachinery.pkg.runtime.RawExtension': opaque(null),
  [`${apiextensions}.JSON`]: opaque(null),
  [`${meta}.Verbs`]: opaque(null),
  'io.k8s.api.authentication.v1.ExtraValue': opaque(null),
  'io.k8s.api.authorization.v1.ExtraValue': opaque(null),
  'io.k8s.api.certificates.v1.ExtraValue': opaque(null),
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything but structs; `structOf` is for the schemas within a CustomResourceDefinition's schema-or-something types. */
export const canonicalScalar = (type: string, structOf: (definition: string) => CanonicalValue): CanonicalValue | undefined => {
  const known = scalars[type];
  if (known || !type.startsWith(`${apiextensions}.JSONSchemaPropsOr`)) return known;
  const schema = (value: unknown) => (isObject(value) ? structOf(`${apiextensions}.JSONSchemaProps`).canonical(value) : value);
  const mayBeBoolean = type.endsWith('OrBool');
  return opaque(null, (value) => {
    if (Array.isArray(value)) return value.length === 0 ? null : value.map(schema);
    // What is neither of the two decodes to nothing.
    return isObject(value) || mayBeBoolean ? schema(value) : null;
  });
};
