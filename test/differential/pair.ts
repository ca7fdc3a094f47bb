import { Agent } from 'node:https';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json } from '../../src/apimachinery/meta/object.ts';
import type { Answer } from './field-answers.ts';
import { readTarget, sendRaw, type RawAnswer } from './send-raw.ts';

export type Who = 'ours' | 'theirs';

/** Two API servers that are asked the same. */
export interface Pair {
  send(who: Who, method: string, path: string, body?: Json, options?: SendOptions): Promise<Answer>;
  /** What is read in a form of the client's choice, as bytes. */
  read(who: Who, path: string, accept: string): Promise<RawAnswer>;
  close(): void;
}

export interface SendOptions {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const parsed = (text: string): Json => {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
};

/** Connections to the two servers of these kubeconfigs; a request that a busy machine left unanswered is sent once more. */
export const createPair = (kubeconfigs: Readonly<Record<Who, string>>): Pair => {
  const targets = { ours: readTarget(kubeconfigs.ours), theirs: readTarget(kubeconfigs.theirs) };
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    async send(who, method, path, body, { type = 'application/json', headers } = {}) {
      const request = { method, path, headers, ...(body === undefined ? {} : { type, body: Buffer.from(encodeJson(body)) }) };
      let answer = await sendRaw(targets[who], request, agent);
      if (answer.code === 0 || answer.code === 504) answer = await sendRaw(targets[who], request, agent);
      return { code: answer.code, body: parsed(answer.body.toString('utf8')), warning: answer.headers['warning'] ?? '' };
    },
    read: (who, path, accept) => sendRaw(targets[who], { method: 'GET', path, accept }, agent),
    close: () => agent.destroy(),
  };
};

/** Waits for what will come; @throws {Error} after half a minute */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited for half a minute in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
