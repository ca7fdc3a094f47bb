import { parentPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Logger } from '../../controller-runtime/contract.ts';
import { logLevels } from '../log.ts';
import type { LogLevel } from '../log.ts';
import { startMember } from '../member.ts';
import type { Member } from '../member.ts';
import type { StartedMember, ThreadAnswer, ThreadQuestion } from './messages.ts';
import { servePort } from './serve-port.ts';

/** Runs members in this thread as the main thread asks (thread-host.ts). */
export const serveMembers = (): void => {
  if (!parentPort) throw new Error('members are served in a worker thread only');
  const main: MessagePort = parentPort;
  const members = new Map<string, Member>();
  const post = (answer: ThreadAnswer): void => main.postMessage(answer);
  const log = createPostingLogger(post);

  const start = async ({ start: options, port }: Extract<ThreadQuestion, { start: unknown }>): Promise<StartedMember> => {
    const member = await startMember({ ...options, log });
    members.set(options.name, member);
    servePort(port, member.transport);
    return { url: member.url, kubeconfig: member.kubeconfig };
  };
  const stop = async (name: string): Promise<void> => {
    const member = members.get(name);
    members.delete(name);
    await member?.stop();
  };
  const answer = async (question: ThreadQuestion): Promise<ThreadAnswer> => {
    const { id } = question;
    try {
      if ('start' in question) return { id, started: await start(question) };
      await stop(question.stop);
      return { id };
    } catch (error) {
      return { id, failure: error instanceof Error ? error.message : String(error) };
    }
  };
  main.on('message', (question: ThreadQuestion) => void answer(question).then(post));
};

const createPostingLogger = (post: (answer: ThreadAnswer) => void): Logger => {
  const at =
    (level: LogLevel) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      post({ log: level, message, fields: fields && JSON.stringify(fields) });
  return Object.fromEntries(logLevels.map((level) => [level, at(level)])) as Record<LogLevel, ReturnType<typeof at>>;
};
