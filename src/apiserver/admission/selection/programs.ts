import { adaptDynamic } from '../../../apimachinery/cel/adapt.ts';
import { admissionVariables } from '../../../apimachinery/cel/admission-variables.ts';
import { createEnvironment, type Environment, type Variable } from '../../../apimachinery/cel/environment.ts';
import { createPatchEnvironment } from '../../../apimachinery/cel/patch-types.ts';
import { compile, type Program } from '../../../apimachinery/cel/program.ts';
import { dynType } from '../../../apimachinery/cel/types.ts';
import type { Value } from '../../../apimachinery/cel/values.ts';

const declared: readonly Variable[] = [
  // Objects are dynamically typed: what one has is known only when it comes.
  ...admissionVariables(),
  ...['params', 'variables'].map((name) => ({ name, type: dynType })),
];
const maxCompiled = 2000;

const compiler = (environmentOf: (variables: readonly Variable[]) => Environment): ((expression: string) => Program) => {
  const compiled = new Map<string, Program>();
  let environment: Environment | undefined;
  return (expression) => {
    let found = compiled.get(expression);
    if (found) return found;
    found = compile(expression, (environment ??= environmentOf(declared)));
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(expression, found);
    return found;
  };
};

/** Compiles once for each text. @throws CompileError */
export const program = compiler(createEnvironment);

/** The same for an expression that makes an object or a JSON patch. @throws CompileError */
export const patchProgram = compiler(createPatchEnvironment);

export type CelVariables = Readonly<Record<string, Value>>;

export const celVariables = (values: Readonly<Record<string, unknown>>): CelVariables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, adaptDynamic(value)]));
