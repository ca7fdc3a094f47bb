import { readDefinitions } from '../lib/definitions.ts';
import type { Connection } from '../lib/connection.ts';
import { cpuSeconds, untilQuiet } from '../lib/processes.ts';
import type { StartSide } from '../lib/side.ts';
import type { StartRows } from './start.ts';

/** Where the definitions are that are created. */
const folder = process.env['CRDS'] ?? new URL('../../../shared/crds', import.meta.url).pathname;
const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const clients = 8;

const json = async <T>(connection: Connection, url: string): Promise<T> =>
  JSON.parse((await connection.request('GET', url)).toString()) as T;

/** Group versions and kinds that are still missing in discovery, in the list of OpenAPI v3 documents, or in OpenAPI v2. */
const missing = async (connection: Connection, wanted: readonly { gv: string; kind: string }[]): Promise<number> => {
  const { groups } = await json<{ groups: { versions: { groupVersion: string }[] }[] }>(connection, '/apis');
  const discovered = new Set(groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)));
  const undiscovered = wanted.filter(({ gv }) => !discovered.has(gv)).length;
  if (undiscovered > 0) return undiscovered;
  const { paths } = await json<{ paths: Record<string, unknown> }>(connection, '/openapi/v3');
  const undocumented = wanted.filter(({ gv }) => !(`apis/${gv}` in paths)).length;
  if (undocumented > 0) return undocumented;
  const stale = await Promise.all(
    [...new Set(wanted.map((each) => each.gv))].map(async (gv) => {
      const [{ resources }, document] = await Promise.all([
        json<{ resources: { kind: string }[] }>(connection, `/apis/${gv}`),
        connection.request('GET', `/openapi/v3/apis/${gv}`),
      ]);
      const kinds = wanted.filter((each) => each.gv === gv).map(({ kind }) => kind);
      return !kinds.every((kind) => resources.some((resource) => resource.kind === kind) && document.includes(`.${kind}"`));
    }),
  );
  if (stale.some(Boolean)) return stale.filter(Boolean).length;
  const swagger = await connection.request('GET', '/openapi/v2');
  return wanted.filter(({ gv }) => !swagger.includes(`"/apis/${gv}/`)).length;
};

/** Every definition of the folder but Karmada's, which our hub has from the start: from the first create until discovery and OpenAPI have them all. */
export const measureDefinitions = async (start: StartSide): Promise<StartRows> => {
  const read = readDefinitions(folder).filter(({ spec }) => !spec.group.endsWith('karmada.io'));
  // Some are there in two releases.
  const definitions = [...new Map(read.map((definition) => [definition.metadata.name, definition])).values()];
  const wanted = definitions.flatMap(({ spec }) =>
    spec.versions.filter(({ served }) => served).map(({ name }) => ({ gv: `${spec.group}/${name}`, kind: String(spec.names.kind) })),
  );
  const bodies = definitions.map((definition) => JSON.stringify(definition));
  const side = await start();
  try {
    const connection = await side.connect();
    // What is to be current again.
    await connection.request('GET', '/openapi/v2');
    await untilQuiet(side.pids);
    const [began, cpu] = [performance.now(), cpuSeconds(side.pids)];
    const left = bodies.values();
    const client = async (): Promise<void> => {
      for (const body of left) await connection.request('POST', path, { body });
    };
    await Promise.all(Array.from({ length: clients }, client));
    while ((await missing(connection, wanted)) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const milliseconds = performance.now() - began;
    const cpuMicroseconds = (cpuSeconds(side.pids) - cpu) * 1e6;
    connection.close();
    return { [`${definitions.length} definitions created: discovery and OpenAPI have them`]: { milliseconds, cpuMicroseconds } };
  } finally {
    await side.stop();
  }
};
