// npx tsx scripts/generate-api.ts ../shared/kubernetes-1.35
// Writes Kubernetes' kinds as data below src/api: schemas, message descriptors, TypeScript types, refs, kind metadata, bootstrap
// objects. scripts/go-facts/facts.gen.json comes from `go run .` in scripts/go-facts, with the k8s.io modules of the same release;
// scripts/api-off-by-default is read off a kube-apiserver whose --runtime-config and --feature-gates turn those versions on,
// and for metrics.k8s.io says what metrics-server serves.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindEntries, refsModule } from './generate-api-kinds.ts';
import { byHome, messageDescriptors } from './generate-api-messages.ts';
import { readSource } from './generate-api-source.ts';
import { typesFile, typesModule } from './generate-api-types.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: generate-api.ts DIRECTORY (such as ../shared/kubernetes-1.35)');
const root = fileURLToPath(new URL('../src/api', import.meta.url));
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const source = readSource(directory, { facts: beside('go-facts/facts.gen.json'), offByDefault: beside('api-off-by-default') });

const write = (file: string, text: string) => {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
/** One entry a line: compact, and still readable in a diff. */
const lines = (record: Readonly<Record<string, unknown>>) =>
  `{\n${Object.entries(record)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`;

for (const [home, schemas] of byHome(source.schemas)) {
  const [folder = '', version = ''] = home.split('/');
  write(`${folder}/schemas-${version}.gen.json`, lines(schemas));
  write(`${folder}/${typesFile(source, folder, version)}`, typesModule(source, home));
}
for (const [home, messages] of byHome(messageDescriptors(source))) {
  const [folder = '', version = ''] = home.split('/');
  write(`${folder}/messages-${version}.gen.json`, lines(messages));
}
write(
  'kinds.gen.json',
  `[\n${kindEntries(source)
    .map((entry) => JSON.stringify(entry))
    .join(',\n')}\n]\n`,
);
write('refs.gen.ts', refsModule(source));
const isOurs = ({ metadata }: { metadata: { name: string } }) => !/^namespace-\d+-\d+$/.test(metadata.name);
write(
  'bootstrap.gen.json',
  lines(Object.fromEntries(Object.entries(source.bootstrap).map(([resource, objects]) => [resource, objects.filter(isOurs)]))),
);
