import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { overlappingPathWarnings } from './overlapping-paths.ts';
import { claimSpecWarnings } from './claim-spec-warnings.ts';
import type { Volume } from '../types.gen.ts';

/** Volume sources that are on their way out, by the name messages use. */
const deprecations = {
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
} as const;

/** Sources that are deprecated in a pod, and only there. */
const inPodsOnly: ReadonlySet<string> = new Set(['flocker', 'quobyte']);

const sourceWarnings = (volume: Readonly<Record<string, unknown>>, path: string): string[] =>
  Object.entries(deprecations).flatMap(([source, text]) =>
    volume[source] === undefined ? [] : [`${path}.${source === 'storageos' ? 'storageOS' : source}: ${text}`],
  );

/** Deprecated sources of a persistent volume. */
export const volumeSourceWarnings = (volume: Readonly<Record<string, unknown>>, path: string): string[] =>
  sourceWarnings(Object.fromEntries(Object.entries(volume).filter(([source]) => !inPodsOnly.has(source))), path);

export const volumeWarnings = (volumes: readonly Volume[] | undefined, path: string): string[] =>
  (volumes ?? []).flatMap((volume, index) => [
    ...sourceWarnings({ ...volume }, `${path}[${index}]`),
    ...claimSpecWarnings(volume.ephemeral?.volumeClaimTemplate?.spec, `${path}[${index}].ephemeral.volumeClaimTemplate.spec`),
    ...overlappingPathWarnings(volume),
    ...(volume.projected?.sources ?? [])
      .filter((source) => Object.keys(source).length === 0)
      .map(() => `volume ${goQuote(volume.name)} (Projected) has no sources provided`),
  ]);
