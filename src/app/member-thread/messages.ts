import type { MessagePort } from 'node:worker_threads';
import type { KubeconfigContext } from '../kubeconfig.ts';
import type { LogLevel } from '../log.ts';
import type { MemberOptions } from '../member.ts';

/** What the main thread asks of the thread that runs members; every question has one answer with its number. */
export type ThreadQuestion =
  | { readonly id: number; readonly start: Omit<MemberOptions, 'log'>; readonly port: MessagePort }
  | { readonly id: number; readonly stop: string };

/** Where a started member is reached. */
export interface StartedMember {
  readonly url: string;
  readonly kubeconfig: KubeconfigContext;
}

/** `fields` are JSON: not everything that can be logged can be sent. */
export type ThreadAnswer =
  | { readonly id: number; readonly started?: StartedMember; readonly failure?: string }
  | { readonly log: LogLevel; readonly message: string; readonly fields: string | undefined };

/** To a member's API server: a request, that nobody waits for it any more, or how many more bytes of its stream have been read. */
export type PortQuestion = PortRequest | { readonly id: number; readonly abort: true } | { readonly id: number; readonly read: number };

export interface PortRequest {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Uint8Array | string | undefined;
  /** The answer comes in chunks, after its head. */
  readonly stream: boolean;
}

/** From the server: a whole answer, the head of a stream, a chunk of it, its end, or what broke it. */
export type PortAnswer =
  | PortHead
  | { readonly id: number; readonly chunk: Uint8Array }
  | { readonly id: number; readonly end: true }
  | { readonly id: number; readonly failure: string };

export interface PortHead {
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: Uint8Array;
}
