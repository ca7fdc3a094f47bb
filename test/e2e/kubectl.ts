import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchKubectl, unsupported } from '../../scripts/fetch-kubectl.mjs';

const run = promisify(execFile);

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** kubectl with a kubeconfig of its own. Never rejects: tests look at the code. */
export type Kubectl = (args: readonly string[], options?: { readonly input?: string }) => Promise<CommandResult>;

/** Why kubectl cannot run here; such a lane is skipped aloud, and fails where CI=true. */
export const kubectlUnsupported = (): string | undefined => {
  const reason = unsupported();
  if (reason !== undefined && process.env['CI'] === 'true') throw new Error(reason);
  if (reason !== undefined) console.warn(`SKIPPED: ${reason}`);
  return reason;
};

/** The real kubectl 1.35 for one kubeconfig; everything it caches stays in the directory. */
export const createKubectl = (directory: string, kubeconfig: string): Kubectl => {
  const file = join(directory, 'kubeconfig');
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  return kubectlFor(file, join(directory, 'cache'));
};

/** The real kubectl 1.35 on a kubeconfig file. */
export const kubectlFor = (file: string, cache: string): Kubectl => {
  const { kubectl } = fetchKubectl();
  return async (args, { input } = {}) => {
    const child = run(kubectl, [`--kubeconfig=${file}`, `--cache-dir=${cache}`, ...args], {
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    });
    child.child.stdin?.end(input ?? '');
    try {
      return { code: 0, ...(await child) };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
      return { code: typeof code === 'number' ? code : 1, stdout, stderr };
    }
  };
};
