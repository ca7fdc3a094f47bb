import { accessSync, chmodSync, constants, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Programs that envtest starts and what they answer to --help, which it asks them before. */
export type AssetHelp = Readonly<Record<'kube-apiserver' | 'etcd', string>>;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** envtest asks for help to learn which flags there are: the script itself knows, sooner than Node.js starts. */
const script = (command: readonly string[], help: string): string =>
  [
    '#!/bin/sh',
    '# Written by `causeway envtest assets`.',
    'for argument; do',
    `  [ "$argument" = --help ] && exec printf %s ${quoted(help)}`,
    'done',
    `exec ${command.map(quoted).join(' ')} "$@"`,
    '',
  ].join('\n');

const onPath = (name: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => resolve(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

export interface AssetOptions {
  /** The program's command line before `envtest NAME`. */
  readonly program: readonly string[];
  readonly help: AssetHelp;
  /** PATH, where kubectl is looked for. */
  readonly path: string;
}

/**
 * Makes a directory what KUBEBUILDER_ASSETS names: `kube-apiserver` and `etcd` call this program, `kubectl` is a link to the one on PATH.
 * What else is there stays.
 */
export const writeAssets = (directory: string, { program, help, path }: AssetOptions): void => {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(help)) {
    const file = join(directory, name);
    // Not written through: it may be a link, or a program that runs.
    rmSync(file, { force: true });
    writeFileSync(file, script([...program, 'envtest', name], text));
    chmodSync(file, 0o755);
  }
  const link = join(directory, 'kubectl');
  const kubectl = onPath('kubectl', path);
  if (kubectl === undefined || kubectl === link) return;
  rmSync(link, { force: true });
  symlinkSync(kubectl, link);
};
