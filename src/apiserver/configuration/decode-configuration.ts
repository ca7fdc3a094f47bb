import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';

/** What a configuration file may say, and of which type. */
export type Shape = 'string' | 'boolean' | 'integer' | { readonly items: Shape } | { readonly fields: Readonly<Record<string, Shape>> };

/** A file that the server reads at its start says something that cannot be meant. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const isOf = (value: unknown, shape: 'string' | 'boolean' | 'integer'): boolean =>
  shape === 'integer' ? Number.isInteger(value) : typeof value === shape;

/** What does not fit, each in the words of Go's strict decoder. */
const misfits = (value: unknown, shape: Shape, path: string): string[] => {
  if (value === null || value === undefined) return [];
  const wrong = (wanted: string): string[] => [`cannot unmarshal ${path} into ${wanted}`];
  if (typeof shape === 'string') return isOf(value, shape) ? [] : wrong(shape);
  if ('items' in shape)
    return Array.isArray(value) ? value.flatMap((item, index) => misfits(item, shape.items, `${path}[${index}]`)) : wrong('a list');
  if (typeof value !== 'object' || Array.isArray(value)) return wrong('an object');
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    return known === undefined ? [`unknown field ${goQuote(at)}`] : misfits(inner, known, at);
  });
};

export interface ConfigurationKind {
  /** `authentication`, as messages call it. */
  readonly subject: string;
  readonly kind: string;
  readonly versions: readonly string[];
  /** Without `apiVersion` and `kind`. */
  readonly fields: Readonly<Record<string, Shape>>;
}

/** Reads a file of `apiserver.config.k8s.io`, in YAML or JSON, strictly. @throws {ConfigurationError} */
export const decodeConfiguration = (text: string, { subject, kind, versions, fields }: ConfigurationKind): object => {
  const fail = (why: string): never => {
    throw new ConfigurationError(`failed to load ${subject} configuration: ${why}`);
  };
  let decoded: ReturnType<typeof decodeYaml>;
  try {
    decoded = decodeYaml(text);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const { value, duplicateKeys } = decoded;
  const head = (typeof value === 'object' && value !== null ? value : {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const served = versions.map((version) => `apiserver.config.k8s.io/${version}`);
  if (head.kind !== kind || !served.includes(String(head.apiVersion)))
    return fail(`no kind ${goQuote(String(head.kind ?? ''))} is registered for version ${goQuote(String(head.apiVersion ?? ''))}`);
  const problems = [...duplicateKeys, ...misfits(value, { fields: { apiVersion: 'string', kind: 'string', ...fields } }, '')];
  if (problems.length > 0) return fail(`strict decoding error: ${problems.join(', ')}`);
  return head;
};
