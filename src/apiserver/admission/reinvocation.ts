import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes } from './contract.ts';

/** What one plugin (webhooks, policies) remembers of its invocations between the two passes over a request. */
export class PluginInvocations {
  readonly #request: Reinvocation;
  #reinvocable = new Set<string>();
  readonly #again = new Set<string>();
  #output: UnstructuredObject | undefined;

  constructor(request: Reinvocation) {
    this.#request = request;
  }

  /** The plugin's turn begins: what others changed since is a reason to ask again. */
  begin(object: UnstructuredObject | undefined): void {
    if (this.#request.isRepeat && !semanticEqual(this.#output, object)) this.#requireEarlier();
  }

  /** Whether the hook has nothing to do this time. */
  skips(hook: string): boolean {
    return this.#request.isRepeat && !this.#again.has(hook);
  }

  /** A hook changed the object: those before it that want to know are asked again, in a second pass. */
  changed(): void {
    this.#requireEarlier();
    this.#request.need();
  }

  /** The hook was asked and wants to see later changes. */
  addReinvocable(hook: string): void {
    this.#reinvocable.add(hook);
  }

  end(object: UnstructuredObject | undefined): void {
    if (!this.#request.isRepeat) this.#output = structuredClone(object);
  }

  #requireEarlier(): void {
    for (const hook of this.#reinvocable) this.#again.add(hook);
    this.#reinvocable = new Set();
  }
}

/**
 * The second pass over a request's mutating admission (KEP-492): once something changed the object, every plugin runs again; webhooks and
 * policies only as far as they ask for it (reinvocationPolicy IfNeeded).
 */
export class Reinvocation {
  #needed = false;
  #isRepeat = false;
  readonly #plugins = new Map<string, PluginInvocations>();

  get isRepeat(): boolean {
    return this.#isRepeat;
  }

  need(): void {
    this.#needed = true;
  }

  /** True once, when a second pass is due. */
  repeat(): boolean {
    const due = this.#needed && !this.#isRepeat;
    if (due) this.#isRepeat = true;
    return due;
  }

  of(plugin: string): PluginInvocations {
    let invocations = this.#plugins.get(plugin);
    if (!invocations) this.#plugins.set(plugin, (invocations = new PluginInvocations(this)));
    return invocations;
  }
}

/** The plugin's own memory of this request. */
export const invocationsOf = (attributes: AdmissionAttributes, plugin: string): PluginInvocations =>
  (attributes.reinvocation ??= new Reinvocation()).of(plugin);
