import { scanJson } from '../../apimachinery/json/json-scanner.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { DecodedBody } from '../http/decode-body.ts';

/** What strict decoding objects to, in the order in which the original's decoder meets it. */
export type Arrange = (unknownFields: readonly string[], strictErrors: readonly string[]) => readonly string[];

export const unknownField = (path: string): string => `unknown field ${goQuote(path)}`;
export const duplicateField = (path: string): string => `duplicate field ${goQuote(path)}`;

/** YAML and patches are decoded before anybody looks for fields: what is said twice comes first, then the unknown by their names. */
export const arrangeByName: Arrange = (unknownFields, strictErrors) => [...strictErrors, ...unknownFields.toSorted().map(unknownField)];

const maxDepth = 10_000;

/** What is unknown is skipped as a whole, however often it is said. */
const isInside = (problem: string, field: string): boolean => {
  const duplicate = duplicateField(field);
  return problem === duplicate || (problem.startsWith(duplicate.slice(0, -1)) && '.['.includes(problem.charAt(duplicate.length - 1)));
};

/** JSON is read once: as it stands there. */
const arrangeByPlace =
  ({ bytes }: DecodedBody): Arrange =>
  (unknownFields, strictErrors) => {
    const unknown = new Set(unknownFields);
    const repeated = strictErrors.filter((problem) => !unknownFields.some((field) => isInside(problem, field)));
    const wanted = new Set([...unknownFields.map(unknownField), ...repeated]);
    if (wanted.size < 2) return [...wanted];
    const met = new Set<string>();
    const onKey = (path: string, isDuplicate: boolean): void => {
      const problem = isDuplicate ? duplicateField(path) : unknown.has(path) ? unknownField(path) : '';
      if (wanted.has(problem)) met.add(problem);
    };
    scanJson(Buffer.from(bytes).toString('utf8'), { maxDepth, duplicates: true, onKey });
    return [...new Set([...met, ...wanted])];
  };

export const arrangementOf = (body: DecodedBody): Arrange => (body.format === 'json' ? arrangeByPlace(body) : arrangeByName);

const isYamlError = (problem: string): boolean => problem.startsWith('line ');

/** The problems as one message: those of YAML are one among them. */
export const strictMessage = (problems: readonly string[]): string => {
  const yaml = problems.filter(isYamlError);
  const first = yaml.length > 0 ? [`yaml: unmarshal errors:\n${yaml.map((line) => `  ${line}`).join('\n')}`] : [];
  return `strict decoding error: ${[...first, ...problems.filter((problem) => !isYamlError(problem))].join(', ')}`;
};
