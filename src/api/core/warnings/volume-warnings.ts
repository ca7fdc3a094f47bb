import { goQuote } from '../../../apimachinery/text/go-quote.ts';
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

/** Deprecated sources of a volume or a persistent volume. */
export const volumeSourceWarnings = (volume: Readonly<Record<string, unknown>>, path: string): string[] =>
  Object.entries(deprecations).flatMap(([source, text]) =>
    volume[source] === undefined ? [] : [`${path}.${source === 'storageos' ? 'storageOS' : source}: ${text}`],
  );

export const volumeWarnings = (volumes: readonly Volume[] | undefined, path: string): string[] =>
  (volumes ?? []).flatMap((volume, index) => [
    ...volumeSourceWarnings({ ...volume }, `${path}[${index}]`),
    ...(volume.projected?.sources ?? [])
      .filter((source) => Object.keys(source).length === 0)
      .map(() => `volume ${goQuote(volume.name)} (Projected) has no sources provided`),
  ]);
