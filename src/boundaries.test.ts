import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(fileURLToPath(import.meta.url));

/** Folder → folders it may import, besides itself. The table of ARCHITECTURE.md. */
const mayImport: Record<string, readonly string[]> = {
  apimachinery: [],
  storage: [],
  api: ['apimachinery'],
  apiserver: ['apimachinery', 'api', 'storage'],
  client: ['apimachinery', 'api'],
  'controller-runtime': ['apimachinery', 'client'],
  features: ['apimachinery', 'api', 'client', 'controller-runtime'],
  app: ['apimachinery', 'api', 'storage', 'apiserver', 'client', 'controller-runtime', 'features'],
  cli: ['apimachinery', 'api', 'client', 'app'],
  console: ['apimachinery', 'api', 'client'],
};

/** Third-party module → the only folders that may import it. */
const doors: Record<string, readonly string[]> = {
  lmdb: ['storage/lmdb'],
  commander: ['cli'],
  'node:http': [
    'apiserver/listen',
    'apiserver/aggregation',
    'apiserver/kubelet',
    'apiserver/proxy',
    'apiserver/admission',
    'client',
    'app',
    'features/fleet',
    'features/mesh',
    'features/observability',
  ],
  'node:http2': ['apiserver/listen', 'client', 'app', 'features/fleet', 'storage/etcd'],
  'node:https': [
    'apiserver/listen',
    'apiserver/aggregation',
    'apiserver/kubelet',
    'apiserver/proxy',
    'apiserver/admission',
    'apiserver/authentication',
    'client',
    'app',
    'features/fleet',
  ],
};

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, isTest: /\.test\.tsx?$|testing\//.test(file), imports: importsOf(readFileSync(join(root, file), 'utf8')) }));

function importsOf(text: string): string[] {
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The folder a path belongs to in the table; features are told apart from each other. */
const roomOf = (path: string): { top: string; feature: string | undefined } => {
  const [top = '', second] = path.split('/');
  return { top, feature: top === 'features' ? second : undefined };
};

test('every folder imports only what the table allows', () => {
  const wrong: string[] = [];
  for (const { file, isTest, imports } of sources) {
    const from = roomOf(file);
    if (isTest || !(from.top in mayImport)) continue;
    for (const specifier of imports) {
      if (!specifier.startsWith('.')) continue;
      const target = relative(root, resolve(root, dirname(file), specifier));
      const to = roomOf(target);
      const sameRoom = to.top === from.top && to.feature === from.feature;
      const foreignApi = from.top === 'features' && to.top === 'features' && target.split('/')[2] === 'api';
      const consoleApi = from.top === 'console' && to.top === 'features' && target.split('/')[2] === 'api';
      if (sameRoom || foreignApi || consoleApi) continue;
      if (to.top === 'features' && from.top === 'features') wrong.push(`${file} → ${target}`);
      else if (!mayImport[from.top]?.includes(to.top)) wrong.push(`${file} → ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('third-party modules enter only through their doors', () => {
  const wrong: string[] = [];
  for (const { file, isTest, imports } of sources) {
    if (isTest) continue;
    for (const specifier of imports) {
      const allowed = doors[specifier];
      if (allowed && !allowed.some((door) => file.startsWith(door))) wrong.push(`${file} → ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('files stay short: at most 400 lines, tests 800', () => {
  const long = sources
    .filter(({ file }) => !file.endsWith('.gen.ts'))
    .map(({ file, isTest }) => ({ file, isTest, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ isTest, lines }) => lines > (isTest ? 800 : 400))
    .map(({ file, lines }) => `${lines} ${file}`);
  expect(long).toEqual([]);
});
