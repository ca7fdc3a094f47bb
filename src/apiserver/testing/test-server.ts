import type { KindDefinition } from '../../api/kind-definition.ts';
import { builtInKinds } from '../../api/kinds.ts';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import type { Store } from '../../storage/contract.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import type { Authorizer } from '../authorization/contract.ts';
import type { ApiServer, KubeletOptions, MemoryLimits } from '../contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { ApiRequest, ApiResponse, UserInfo } from '../http/exchange.ts';
import { stampResourceVersion } from '../registry/value-codec.ts';
import { createServer } from '../server.ts';

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: UserInfo;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly bytes: Buffer;
  /** The body as JSON; an empty object when it is none. */
  readonly body: JsonObject & { metadata: JsonObject; items: JsonObject[] };
}

export interface TestServer {
  readonly server: ApiServer;
  readonly store: Store;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  /** The lines of a watch as they come; ends with the watch. */
  watch(url: string, options?: CallOptions): AsyncGenerator<JsonObject & { type: string; object: JsonObject & { metadata: JsonObject } }>;
}

const admin: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const allowAll: Authorizer = () => ({ decision: 'allow', reason: '' });
const unusedPair = { certificate: '', key: '' };

const flat = (body: ApiResponse['body']): Buffer => {
  if (typeof body === 'function') throw new Error('read a streaming answer: use watch()');
  return Buffer.concat(body instanceof Uint8Array ? [body] : body);
};

/** A server of plain kinds on memory, with everything allowed and no bootstrap objects: for the registry's own tests. */
export const startTestServer = async (
  options: {
    readonly kinds?: readonly KindDefinition[];
    readonly extensions?: readonly ServerExtensionFactory[];
    readonly store?: Store;
    readonly memory?: MemoryLimits;
    readonly kubelet?: KubeletOptions;
    /** Everything is allowed without it. */
    readonly authorizer?: Authorizer;
  } = {},
): Promise<TestServer> => {
  const store = options.store ?? openMemoryStore({ stamp: stampResourceVersion, autoCompact: false });
  const server = createServer(
    {
      store,
      ...(options.memory ? { memory: options.memory } : {}),
      ...(options.kubelet ? { kubelet: options.kubelet } : {}),
      kinds: options.kinds ?? builtInKinds,
      log: quiet,
      now: Date.now,
      identity: {
        clientCertificateAuthority: unusedPair,
        serviceAccountKey: { privateKey: '', publicKey: '' },
        serviceAccountIssuer: '',
        audiences: [],
      },
      serviceClusterIPRange: '10.96.0.0/24',
      nodePortRange: [30000, 30009],
    },
    [() => ({ name: 'authorizer', authorizers: [options.authorizer ?? allowAll] }), ...(options.extensions ?? [])],
  );
  await server.ready();

  const requestOf = (method: string, url: string, { body, headers = {}, user = admin, signal }: CallOptions): ApiRequest => {
    const bytes =
      body === undefined
        ? new Uint8Array()
        : body instanceof Uint8Array
          ? body
          : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return {
      method,
      url,
      headers: { ...type, ...headers },
      body: () => Promise.resolve(bytes),
      signal: signal ?? new AbortController().signal,
      user,
      remoteAddress: 'in-process',
    };
  };

  return {
    server,
    store,
    async call(method, url, call = {}) {
      const { status, headers, body } = await server.handle(requestOf(method, url, call));
      const bytes = flat(body);
      const isJson = String(headers['content-type']).startsWith('application/json') && headers['content-encoding'] === undefined;
      return { status, headers, bytes, body: (isJson ? JSON.parse(bytes.toString()) : {}) as Answer['body'] };
    },
    async *watch(url, call = {}) {
      const stop = new AbortController();
      const signal = call.signal ? AbortSignal.any([call.signal, stop.signal]) : stop.signal;
      const response = await server.handle(requestOf('GET', url, { ...call, signal }));
      if (typeof response.body !== 'function') throw new Error(`watch ${url}: ${flat(response.body).toString()}`);
      const chunks: Uint8Array[] = [];
      let ended = false;
      let wake: () => void = () => {};
      const sink = {
        write: (chunk: Uint8Array) => {
          chunks.push(chunk);
          wake();
          return true;
        },
        drained: () => Promise.resolve(),
        end: () => {
          ended = true;
          wake();
        },
        buffered: 0,
      };
      void response.body(sink);
      try {
        for (;;) {
          const chunk = chunks.shift();
          if (chunk) for (const line of Buffer.from(chunk).toString().trimEnd().split('\n')) yield JSON.parse(line);
          else if (ended) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        stop.abort();
      }
    },
  };
};

/** The first events of a watch. */
export const take = async <T>(events: AsyncGenerator<T>, count: number): Promise<T[]> => {
  const taken: T[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
};

export const configMap = (name: string, data: Record<string, string> = {}, labels?: Record<string, string>) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, ...(labels ? { labels } : {}) },
  data,
});
