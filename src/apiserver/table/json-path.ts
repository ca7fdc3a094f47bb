import { parseSteps } from './json-path-parser.ts';
import type { Operand, Selector, Step } from './json-path-parser.ts';

/** All values that a path names in a document, in document order; empty when it names none. */
export type JsonPath = (root: unknown) => readonly unknown[];

type Container = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Container => typeof value === 'object' && value !== null && !Array.isArray(value);
const children = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : isMap(value) ? Object.values(value) : []);
const descendants = (value: unknown): readonly unknown[] => [value, ...children(value).flatMap(descendants)];

const slice = (list: readonly unknown[], [from, to, step]: readonly [number | undefined, number | undefined, number]): unknown[] => {
  const bound = (index: number): number => (index < 0 ? Math.max(0, list.length + index) : Math.min(index, list.length));
  const picked = list.slice(bound(from ?? 0), bound(to ?? list.length));
  return step > 1 ? picked.filter((_, index) => index % step === 0) : picked;
};

const operand = (side: Operand): ((element: unknown) => readonly unknown[]) => {
  if ('literal' in side) return () => [side.literal];
  const path = compileSteps(side.path);
  return (element) => path([element]);
};

const comparisons: Readonly<Record<string, (a: never, b: never) => boolean>> = {
  '==': (a: unknown, b: unknown) => a === b,
  '!=': (a: unknown, b: unknown) => a !== b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
};

const select = (selector: Selector): ((value: unknown) => readonly unknown[]) => {
  switch (selector.type) {
    case 'name':
      return (value) => (isMap(value) && Object.hasOwn(value, selector.name) ? [value[selector.name]] : []);
    case 'index':
      return (value) => {
        if (!Array.isArray(value)) return [];
        const index = selector.index < 0 ? value.length + selector.index : selector.index;
        return index >= 0 && index < value.length ? [value[index]] : [];
      };
    case 'slice':
      return (value) => (Array.isArray(value) ? slice(value, selector.bounds) : []);
    case 'wildcard':
      return children;
    case 'filter': {
      const [left, right] = [operand(selector.left), selector.right && operand(selector.right)];
      const compare = comparisons[selector.operator] as (a: unknown, b: unknown) => boolean;
      const keep = (element: unknown): boolean => {
        const [a] = left(element);
        if (!right) return a !== undefined;
        const [b] = right(element);
        return a !== undefined && b !== undefined && compare(a, b);
      };
      return (value) => (Array.isArray(value) ? value.filter(keep) : []);
    }
  }
};

const compileSteps = (steps: readonly Step[]): ((values: readonly unknown[]) => readonly unknown[]) => {
  const compiled = steps.map(({ recursive, selectors }) => {
    const each = selectors.map(select);
    return (value: unknown): readonly unknown[] => {
      const from = recursive ? descendants(value) : [value];
      return from.flatMap((place) => each.flatMap((pick) => pick(place)));
    };
  });
  return (values) => compiled.reduce((current, step) => current.flatMap(step), values);
};

/**
 * Compiles the JSONPath dialect of kubectl and additionalPrinterColumns: names, indexes, slices, unions, wildcards, recursive descent,
 * filters. Braces around the path are optional. @throws SyntaxError
 */
export const compileJsonPath = (text: string): JsonPath => {
  const run = compileSteps(parseSteps(text));
  return (root) => run([root]);
};
