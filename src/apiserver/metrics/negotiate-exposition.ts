import { parseAccept } from '../http/media-type.ts';
import type { ExpositionFormat } from './exposition.ts';

export interface Exposition {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

/** How names beyond the old character set may be written; ours have none, so all are alike. */
const escapings = new Set(['allow-utf-8', 'dots', 'underscores', 'values']);
const openMetricsVersions = new Set(['0.0.1', '1.0.0']);
const textVersion = '0.0.4';

const text = (escaping: string): Exposition => ({
  format: 'prometheus',
  contentType: `text/plain; version=${textVersion}; charset=utf-8; escaping=${escaping}`,
});

/** The best that the client takes of Prometheus text and OpenMetrics; text where it takes neither, as every client of Prometheus does. */
export const negotiateExposition = (accept: string | undefined): Exposition => {
  let escaping = 'underscores';
  for (const { type, parameters } of parseAccept(accept ?? '')) {
    const { version, q = '1' } = parameters;
    if (!(Number(q) > 0)) continue;
    if (escapings.has(parameters['escaping'] ?? '')) escaping = parameters['escaping'] ?? escaping;
    if (type === '*/*' || type === 'text/*') break;
    if (type === 'text/plain' && (version === undefined || version === textVersion)) break;
    if (type === 'application/openmetrics-text' && (version === undefined || openMetricsVersions.has(version)))
      return {
        format: 'openmetrics',
        contentType: `application/openmetrics-text; version=${version ?? '1.0.0'}; charset=utf-8; escaping=${escaping}`,
      };
  }
  return text(escaping);
};
