import { customResourceDefinitionsRef } from '../api/refs.gen.ts';
import { jsonEqual } from '../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import type { CustomResourceDefinitionSource } from '../apimachinery/schema/definition-source.ts';
import { renderDefinition } from '../apimachinery/schema/render-definition.ts';
import type { CustomResourceDefinition } from '../apimachinery/schema/render-definition.ts';
import type { Client } from '../client/contract.ts';
import type { Logger } from '../controller-runtime/contract.ts';

/** Says that a CustomResourceDefinition is ours to update. */
const managedBy = 'app.kubernetes.io/managed-by';
const causeway = 'causeway';
/** What was installed, so that an unchanged definition is not written at every start. */
const contentAnnotation = 'causeway.dev/definition';

interface Installed extends CustomResourceDefinition {
  status?: { conditions?: { type: string; status: string }[] };
}

/** Installs our kinds as CustomResourceDefinitions and waits until they are served. A definition that somebody else installed is left alone. */
export const installKinds = async (client: Client, sources: readonly CustomResourceDefinitionSource[], log: Logger): Promise<void> => {
  await Promise.all(sources.map((source) => install(client, source, log)));
};

const install = async (client: Client, source: CustomResourceDefinitionSource, log: Logger): Promise<void> => {
  const definitions = client.resource<Installed>(customResourceDefinitionsRef);
  const rendered = renderDefinition(source);
  const wanted: Installed = {
    ...rendered,
    metadata: { ...rendered.metadata, labels: { [managedBy]: causeway }, annotations: { [contentAnnotation]: fingerprint(rendered.spec) } },
  };
  const { name } = wanted.metadata;
  const current = await definitions.find(name, undefined);
  if (!current) await unlessOvertaken(() => definitions.create(wanted));
  else if (current.metadata.labels?.[managedBy] !== causeway)
    log.info('kind is served by a definition of somebody else: left alone', { definition: name });
  else if (!jsonEqual(current.metadata.annotations?.[contentAnnotation], wanted.metadata.annotations?.[contentAnnotation])) {
    const annotations = { ...current.metadata.annotations, ...wanted.metadata.annotations };
    await unlessOvertaken(() => definitions.update({ ...current, spec: wanted.spec, metadata: { ...current.metadata, annotations } }));
  }
  if (!isEstablished(current)) await established(client, name);
};

/** Another replica that starts at the same time may write the same first. */
const unlessOvertaken = async (write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists') && !isStatusError(error, 'Conflict')) throw error;
  }
};

const isEstablished = (definition: Installed | undefined): boolean =>
  definition?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;

const deadlineMilliseconds = 15_000;

const established = async (client: Client, name: string): Promise<void> => {
  const signal = AbortSignal.timeout(deadlineMilliseconds);
  const definitions = client.resource<Installed>(customResourceDefinitionsRef);
  if (isEstablished(await definitions.find(name, undefined))) return;
  try {
    for await (const { object } of definitions.watch({ fieldSelector: `metadata.name=${name}`, signal })) if (isEstablished(object)) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`install kind ${name}: it was not established within ${deadlineMilliseconds / 1000} s`);
};

/** FNV-1a over the JSON, twice with different offsets: enough to see that something changed. */
const fingerprint = (value: unknown): string => {
  const text = JSON.stringify(value);
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index++) {
    a = Math.imul(a ^ text.charCodeAt(index), 0x01000193) >>> 0;
    b = Math.imul(b + text.charCodeAt(index), 0x85ebca6b) >>> 0;
  }
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
};
