import type { Container } from '../../../api/core/types.gen.ts';

/** How a process goes that needs no process to tell. */
export interface CommandOutcome {
  /** Infinity: until it is stopped. */
  readonly runSeconds: number;
  readonly exitCode: number;
}

const shells = new Set(['sh', '/bin/sh', 'bash', '/bin/bash', 'ash']);
const pauseImage = /(?:^|\/)pause(?:[:@]|$)/;
/** The image of upstream's tests: most of what it can do is to serve until stopped. */
const testImage = /(?:^|\/)agnhost(?:[:@]|$)/;
const servers = new Set([
  'connect',
  'fake-gitserver',
  'guestbook',
  'netexec',
  'nettest',
  'pause',
  'porter',
  'serve-hostname',
  'test-webserver',
]);
const exitCodes = new Map([
  ['true', 0],
  ['/bin/true', 0],
  ['false', 1],
  ['/bin/false', 1],
]);
const endlessLoop = /^(?:trap [^;]*;\s*)?while (?:true|:)\s*;\s*do\b(?![^]*\b(?:break|exit)\b)[^]*\bdone;?$/;
const script = /^(?:(?:\/bin\/)?sleep ([0-9.]+|infinity))?\s*(?:;|&&|\n|$)?\s*(?:exit ([0-9]+))?\s*;?$/;

/** What `sleep 30`, `sh -c "sleep 5; exit 3"` and the pause image do; undefined when only running it could tell. */
export const simpleCommand = ({ command = [], args = [], image = '' }: Container): CommandOutcome | undefined => {
  const words = [...command, ...args];
  const endless = { runSeconds: Infinity, exitCode: 0 };
  if (words.length === 0) return pauseImage.test(image) || testImage.test(image) ? endless : undefined;
  const [program = '', flag = '', text = ''] = words;
  const exitCode = exitCodes.get(program);
  if (exitCode !== undefined) return { runSeconds: 0, exitCode };
  if (testImage.test(image) && command.length === 0 && servers.has(program)) return endless;
  const line = shells.has(program) ? (flag === '-c' && words.length === 3 ? text.trim() : '') : words.join(' ');
  if (endlessLoop.test(line)) return endless;
  const match = script.exec(line);
  if (line === '' || !match || (!shells.has(program) && !/^(?:\/bin\/)?sleep$/.test(program))) return undefined;
  const [, sleep = '0', code = '0'] = match;
  return { runSeconds: sleep === 'infinity' ? Infinity : Number(sleep), exitCode: Number(code) };
};
