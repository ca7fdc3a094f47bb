import { configMapsRef } from '../../../src/api/refs.gen.ts';
import type { KubeObject } from '../../../src/apimachinery/meta/object.ts';
import { isStatusError } from '../../../src/apimachinery/errors/status-error.ts';
import type { Client } from '../../../src/client/contract.ts';
import type { Action, Operation } from './linearizability.ts';

interface Register extends KubeObject {
  readonly data: { readonly text: string };
}

/** Operations by key, as clients have seen them. */
export class HistoryRecorder {
  readonly histories = new Map<string, Operation[]>();
  readonly #keys: readonly string[];
  #clock = 0;
  #texts = 0;

  constructor(keys: readonly string[]) {
    this.#keys = keys;
    for (const key of keys) this.histories.set(key, []);
  }

  /** Reads and writes the keys at random through one client until the signal, or until the server is gone. */
  async run(client: Client, signal: AbortSignal): Promise<void> {
    const resource = client.resource<Register>(configMapsRef);
    const namespace = 'default';
    const read = (name: string): Promise<Register | undefined> =>
      this.#record(
        name,
        () => resource.find(name, namespace),
        (found) => ({ do: 'read', saw: found?.data.text }),
      );
    const readAll = async (): Promise<void> => {
      const called = ++this.#clock;
      const { items } = await resource.list({ namespace });
      const answered = ++this.#clock;
      const texts = new Map(items.map(({ metadata, data }) => [metadata.name, data.text]));
      for (const key of this.#keys) this.#add(key, { action: { do: 'read', saw: texts.get(key) }, outcome: 'done', called, answered });
    };
    while (!signal.aborted) {
      const name = this.#keys[Math.floor(Math.random() * this.#keys.length)]!;
      const text = `${++this.#texts}`;
      const die = Math.random();
      try {
        if (die < 0.15) await readAll();
        const current = await read(name);
        if (!current) {
          const fresh: Register = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { text } };
          await this.#write(name, { do: 'create', text }, () => resource.create(fresh));
        } else if (die < 0.85) {
          const changed = { ...current, data: { text } };
          await this.#write(name, { do: 'update', expected: current.data.text, text }, () => resource.update(changed));
        } else {
          const { resourceVersion } = current.metadata;
          const preconditions = { resourceVersion: resourceVersion! };
          await this.#write(name, { do: 'delete', expected: current.data.text }, () => resource.delete(name, namespace, { preconditions }));
        }
      } catch {
        return;
      }
    }
  }

  #add(key: string, operation: Operation): void {
    this.histories.get(key)!.push(operation);
  }

  async #record<T>(key: string, call: () => Promise<T>, actionOf: (answer: T) => Action): Promise<T> {
    const called = ++this.#clock;
    const answer = await call();
    this.#add(key, { action: actionOf(answer), outcome: 'done', called, answered: ++this.#clock });
    return answer;
  }

  /** @throws when the outcome is unknown, which is recorded too */
  async #write(key: string, action: Action, call: () => Promise<unknown>): Promise<void> {
    const called = ++this.#clock;
    try {
      await call();
      this.#add(key, { action, outcome: 'done', called, answered: ++this.#clock });
    } catch (error) {
      const isRefused = isStatusError(error, 'Conflict') || isStatusError(error, 'AlreadyExists') || isStatusError(error, 'NotFound');
      this.#add(key, { action, outcome: isRefused ? 'refused' : 'unknown', called, answered: isRefused ? ++this.#clock : Infinity });
      if (!isRefused) throw error;
    }
  }
}
