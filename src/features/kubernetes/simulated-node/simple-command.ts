import type { Container } from '../../../api/core/types.gen.ts';

/** How a process goes that needs no process to tell. */
export interface CommandOutcome {
  /** Infinity: until it is stopped. */
  readonly runSeconds: number;
  readonly exitCode: number;
}

const shells = new Set(['sh', '/bin/sh', 'bash', '/bin/bash', 'ash']);
const pauseImage = /(?:^|\/)pause(?:[:@]|$)/;
const script = /^(?:sleep ([0-9.]+|infinity))?\s*(?:;|&&|\n|$)?\s*(?:exit ([0-9]+))?\s*;?$/;

/** What `sleep 30`, `sh -c "sleep 5; exit 3"` and the pause image do; undefined when only running it could tell. */
export const simpleCommand = ({ command = [], args = [], image = '' }: Container): CommandOutcome | undefined => {
  const words = [...command, ...args];
  if (words.length === 0) return pauseImage.test(image) ? { runSeconds: Infinity, exitCode: 0 } : undefined;
  const [program = '', flag = '', text = ''] = words;
  const line = shells.has(program) ? (flag === '-c' && words.length === 3 ? text.trim() : '') : words.join(' ');
  const match = script.exec(line);
  if (line === '' || !match || (!shells.has(program) && program !== 'sleep')) return undefined;
  const [, sleep = '0', code = '0'] = match;
  return { runSeconds: sleep === 'infinity' ? Infinity : Number(sleep), exitCode: Number(code) };
};
