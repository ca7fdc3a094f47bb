import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { Volume, VolumeProjection } from '../types.gen.ts';

interface Place {
  readonly path: string;
  readonly source: string;
}

const shown = ({ path, source }: Place): string => (source === '' ? goQuote(path) : `${goQuote(path)} (${source})`);

const collide = (one: Place, other: Place): boolean =>
  one.path !== '' && other.path !== '' && (`${one.path}/`.startsWith(`${other.path}/`) || `${other.path}/`.startsWith(`${one.path}/`));

/** Pairs of files of which one is the other, or lies in what would have to be a directory. */
const overlaps = (places: readonly Place[]): string[] => {
  const trimmed = places.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }));
  return trimmed.flatMap((place, index) =>
    trimmed
      .slice(0, index)
      .filter((earlier) => collide(earlier, place))
      .map((earlier) => `${shown(place)} with ${shown(earlier)}`),
  );
};

const placesOf = (items: readonly { readonly path: string }[] | undefined, source = ''): Place[] =>
  (items ?? []).map(({ path = '' }) => ({ path, source }));

const projected = ({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): Place[] => {
  if (configMap?.items) return placesOf(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  if (secret?.items) return placesOf(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items) return placesOf(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? [{ path: serviceAccountToken.path ?? '', source: 'ServiceAccountToken' }] : [];
};

/** Files of one volume that hide each other. */
export const overlappingPathWarnings = ({ name, configMap, secret, downwardAPI, projected: projection }: Volume): string[] => {
  const warn = (source: string, places: readonly Place[]): string[] =>
    overlaps(places).map((text) => `volume ${goQuote(name)} (${source}): overlapping paths: ${text}`);
  return [
    ...warn(`ConfigMap ${goQuote(configMap?.name ?? '')}`, placesOf(configMap?.items)),
    ...warn(`Secret ${goQuote(secret?.secretName ?? '')}`, placesOf(secret?.items)),
    ...warn('DownwardAPI', placesOf(downwardAPI?.items)),
    ...warn('Projected', (projection?.sources ?? []).flatMap(projected)),
  ];
};
