import { kubectlFor } from '../kubectl.ts';
import type { Kubectl } from '../kubectl.ts';

/** kubectl on one context of a kubeconfig, with the shapes that tests ask for. */
export interface Shell {
  readonly run: Kubectl;
  /** Standard output. @throws Error with standard error when kubectl fails */
  readonly ok: (args: readonly string[], options?: { readonly input?: string }) => Promise<string>;
  /** The parsed answer of `-o json`. */
  readonly json: <T = Record<string, unknown>>(...args: readonly string[]) => Promise<T>;
  /** What a jsonpath template prints. */
  readonly path: (template: string, ...args: readonly string[]) => Promise<string>;
  readonly apply: (yaml: string, ...args: readonly string[]) => Promise<string>;
  /** Standard error of a command that has to fail. @throws Error when it succeeds */
  readonly fails: (args: readonly string[], options?: { readonly input?: string }) => Promise<string>;
}

/** A shell for a context (the current one by default); discovery is cached in the directory. */
export const createShell = (kubeconfig: string, { context, cache }: { readonly context?: string; readonly cache: string }): Shell => {
  const kubectl = kubectlFor(kubeconfig, cache);
  const run: Kubectl = (args, options) => kubectl(context === undefined ? args : [`--context=${context}`, ...args], options);
  const ok: Shell['ok'] = async (args, options) => {
    const { code, stdout, stderr } = await run(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit code ${code}: ${stderr || stdout}`);
    return stdout;
  };
  return {
    run,
    ok,
    json: async (...args) => JSON.parse(await ok([...args, '-o', 'json'])),
    path: (template, ...args) => ok([...args, '-o', `jsonpath=${template}`]),
    apply: (yaml, ...args) => ok(['apply', '-f', '-', ...args], { input: yaml }),
    fails: async (args, options) => {
      const { code, stdout, stderr } = await run(args, options);
      if (code === 0) throw new Error(`kubectl ${args.join(' ')}: had to fail: ${stdout}`);
      return stderr;
    },
  };
};
