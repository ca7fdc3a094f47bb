import { encodeJson, parseJson } from '../../apimachinery/json/exact-json.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { builtInKinds } from '../../api/kinds.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Store } from '../../storage/contract.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import type { AdmissionSettings } from '../admission/settings.ts';
import { admissionExtension } from '../admission/extension.ts';
import { createAdmissionObjectMeasures } from '../metrics/admission-object-measures.ts';
import { createCelMeasures } from '../metrics/cel-measures.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createServiceAccountMeasures } from '../metrics/service-account-measures.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { authenticationExtension } from '../authentication/extension.ts';
import type { AuthenticationConfiguration } from '../authentication/oidc/configuration.ts';
import { authorizationExtension } from '../authorization/extension.ts';
import { bootstrapExtension } from '../bootstrap/extension.ts';
import { type Identity, loadOrCreateIdentity } from '../certificates/identity.ts';
import { servingNames } from '../certificates/serving-names.ts';
import type { ApiServerOptions } from '../contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { flowControlExtension } from '../flowcontrol/extension.ts';
import type { ApiHandler, ApiRequest, ApiResponse } from '../http/exchange.ts';
import { stampResourceVersion } from '../registry/value-codec.ts';
import { createServer } from '../server.ts';

/** An answer, parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  // The body of whatever kind was asked for; tests know which.
  readonly body: UnstructuredObject & { message?: string; reason?: string; code?: number; status?: Record<string, unknown> };
}

export type As = Partial<Pick<ApiRequest, 'headers' | 'certificate' | 'user'>>;

/** `root` may do everything, `jane` (of devs) nothing that is not granted. */
export const root: As = { headers: { authorization: 'Bearer root' } };
export const jane: As = { headers: { authorization: 'Bearer jane' } };

export interface SecuredServer {
  readonly identity: Identity;
  readonly handle: ApiHandler;
  call(method: string, url: string, options?: { readonly body?: unknown; readonly as?: As }): Promise<Answer>;
  /** Waits until `check` is true of repeated answers; fails after five seconds. */
  eventually(url: string, check: (answer: Answer) => boolean, as?: As): Promise<Answer>;
  close(): Promise<void>;
}

/** All that is written before a stream ends. */
const piecesOf = async (body: ApiResponse['body']): Promise<readonly Uint8Array[]> => {
  if (typeof body !== 'function') return body instanceof Uint8Array ? [body] : body;
  const pieces: Uint8Array[] = [];
  const write = (piece: Uint8Array): boolean => pieces.push(piece) > 0;
  await new Promise<void>((end, fail) => {
    Promise.resolve(body({ write, end: () => end(), drained: async () => {}, buffered: 0 })).catch(fail);
  });
  return pieces;
};

/** A server in process on a memory store, with everything that decides who may do what. */
export const startSecuredServer = async (
  options: {
    readonly now?: () => number;
    readonly extra?: readonly ServerExtensionFactory[];
    /** Asked at each use. */
    readonly authentication?: () => AuthenticationConfiguration;
    readonly admission?: AdmissionSettings;
    readonly kinds?: readonly KindDefinition[];
    readonly audit?: ApiServerOptions['audit'];
    readonly metrics?: MetricsRegistry;
    /** What stands between the server and its memory store. */
    readonly storeThrough?: (store: Store) => Store;
  } = {},
): Promise<SecuredServer> => {
  const directory = mkdtempSync(join(tmpdir(), 'secured-'));
  const now = options.now ?? Date.now;
  const identity = loadOrCreateIdentity(directory, { now: now(), names: servingNames('10.96.0.0/12') });
  rmSync(directory, { recursive: true });
  const ignore = (): void => {};
  const memory = openMemoryStore({ stamp: stampResourceVersion });
  const store = options.storeThrough?.(memory) ?? memory;
  const metrics = options.metrics ?? createMetricsRegistry();
  const server = createServer(
    {
      store,
      kinds: options.kinds ?? builtInKinds,
      ...(options.audit ? { audit: options.audit } : {}),
      log: { info: ignore, warn: ignore, error: ignore },
      now,
      get authentication() {
        return options.authentication?.();
      },
      identity: {
        clientCertificateAuthority: identity.certificateAuthority,
        serviceAccountKey: identity.serviceAccountKey,
        serviceAccountIssuer: 'https://kubernetes.default.svc',
        audiences: ['https://kubernetes.default.svc'],
        frontProxy: identity.frontProxy,
        tokens: [
          { token: 'root', username: 'root', groups: ['system:masters'] },
          { token: 'jane', username: 'jane', groups: ['devs'] },
        ],
      },
      serviceClusterIPRange: '10.96.0.0/12',
      nodePortRange: [30000, 32767],
    },
    [
      authenticationExtension({ uses: createServiceAccountMeasures(metrics) }),
      authorizationExtension,
      flowControlExtension(),
      admissionExtension(createAdmissionObjectMeasures(metrics, createCelMeasures(metrics)), options.admission),
      bootstrapExtension(),
      ...(options.extra ?? []),
    ],
  );
  await server.ready();
  const call: SecuredServer['call'] = async (method, url, { body, as = root } = {}) => {
    await new Promise((resolve) => setImmediate(resolve));
    const headers: Record<string, string | undefined> = { 'content-type': 'application/json', ...as.headers };
    const bytes = Buffer.from(body === undefined ? '' : encodeJson(body));
    const signal = new AbortController().signal;
    const response = await server.handle({ ...as, method, url, headers, body: async () => bytes, signal, remoteAddress: 'in-process' });
    const text = Buffer.concat(await piecesOf(response.body)).toString();
    return {
      status: response.status,
      headers: response.headers,
      body: (text.startsWith('{') ? parseJson(text) : text) as unknown as Answer['body'],
    };
  };
  return {
    identity,
    handle: server.handle,
    call,
    async eventually(url, check, as = root) {
      const deadline = Date.now() + 5000;
      for (;;) {
        const answer = await call('GET', url, { as });
        if (check(answer)) return answer;
        if (Date.now() > deadline) throw new Error(`${url} never became what was expected: ${JSON.stringify(answer.body)}`);
      }
    },
    async close() {
      await server.close();
      await store.close();
    },
  };
};
