import { MessageChannel, setEnvironmentData, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Logger } from '../../controller-runtime/contract.ts';
import { endedThreadsKey } from '../../storage/lmdb/ownership.ts';
import type { Member, MemberHost, MemberOptions } from '../member.ts';
import type { StartedMember, ThreadAnswer, ThreadQuestion } from './messages.ts';
import { createPortTransport } from './port-transport.ts';

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }>;
  /** Told when the thread ends and nobody has asked it to. */
  readonly onLost: Set<(error: Error) => void>;
}

type Answer = Extract<ThreadAnswer, { id: number }>;
type Question = ThreadQuestion extends infer Each ? (Each extends unknown ? Omit<Each, 'id'> : never) : never;

/** Threads of this process whose stores nobody holds any more. */
const ended: number[] = [];

/** Runs members in one thread beside this one, so that the hub and they share the machine's cores, not one. `script` calls serveMembers(). */
export const createThreadHost = (script: URL, log: Logger): MemberHost => {
  let thread: Thread | undefined;
  let lastId = 0;
  let closing = false;

  const lose = (lost: Thread, error: Error): void => {
    if (thread === lost) thread = undefined;
    for (const { reject } of lost.waiting.values()) reject(error);
    for (const listener of lost.onLost) listener(error);
    lost.waiting.clear();
    lost.onLost.clear();
  };
  const startThread = (): Thread => {
    const worker = new Worker(script, { name: 'members' });
    const { threadId } = worker;
    const started: Thread = { worker, waiting: new Map(), onLost: new Set() };
    let cause: Error | undefined;
    worker.on('message', (message: ThreadAnswer) => {
      if ('log' in message) log[message.log](message.message, message.fields === undefined ? undefined : JSON.parse(message.fields));
      else started.waiting.get(message.id)?.resolve(message);
    });
    worker.on('error', (error) => (cause = error));
    worker.on('exit', (code) => {
      ended.push(threadId);
      setEnvironmentData(endedThreadsKey, ended);
      if (closing) return;
      const error = new Error(`the thread of the members ended with code ${code}${cause ? `: ${cause.message}` : ''}`, { cause });
      log.error('the thread of the members has ended: they are started again', { error: error.message });
      lose(started, error);
    });
    return started;
  };
  const ask = async (asked: Thread, question: Question, transfer: MessagePort[] = []): Promise<Answer> => {
    const id = ++lastId;
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        asked.waiting.set(id, { resolve, reject });
        asked.worker.postMessage({ id, ...question } as ThreadQuestion, transfer);
      });
      if (answer.failure !== undefined) throw new Error(answer.failure);
      return answer;
    } finally {
      asked.waiting.delete(id);
    }
  };

  // Loading the program takes a while: begun before the first member is asked for.
  thread = startThread();
  return {
    start: async (options: Omit<MemberOptions, 'log'>, onLost): Promise<Member> => {
      const used = (thread ??= startThread());
      const { port1, port2 } = new MessageChannel();
      const transport = createPortTransport(port1);
      try {
        const { started } = await ask(used, { start: options, port: port2 }, [port2]);
        used.onLost.add(onLost);
        return {
          ...(started as StartedMember),
          transport,
          stop: async () => {
            used.onLost.delete(onLost);
            if (thread === used) await ask(used, { stop: options.name });
            await transport.close();
          },
        };
      } catch (error) {
        await transport.close();
        throw error;
      }
    },
    close: async () => {
      closing = true;
      await thread?.worker.terminate();
    },
  };
};
