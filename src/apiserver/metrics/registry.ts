import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Collected,
  CounterSeries,
  GaugeSeries,
  HistogramOptions,
  HistogramSeries,
  Metric,
  MetricOptions,
  MetricsRegistry,
  SummaryOptions,
} from './contract.ts';
import { type ExpositionFormat, type FamilyHead, formatHead, formatLabels, formatLine } from './exposition.ts';
import { createSingle, histogramSeries, type Recorded, summarySeries } from './series.ts';

/** Between label values in a series' key; no label value holds it. */
const separator = '\u0000';

type Matches = (labels: Readonly<Record<string, string>>) => boolean;

interface StoredMetric {
  readonly head: FamilyHead;
  /** Asks for what has to be asked for; answers the lines of each series, one after the other. */
  readonly collect: () => Promise<(name: string, format: ExpositionFormat) => Iterable<string>>;
  readonly deleteWhere: (matches: Matches) => number;
}

const labelsOf = (names: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));

interface Entry<S> {
  readonly key: string;
  readonly values: readonly string[];
  readonly recorded: S & Recorded;
  /** Made when first shown. */
  labels?: string;
}

/** Series of one metric by their label values. */
const createMetric = <S>(
  options: MetricOptions<string> & { readonly type: FamilyHead['type'] },
  create: () => S & Recorded,
): StoredMetric & Metric<S> => {
  const series = new Map<string, Entry<S>>();
  const { name, help, labels, type } = options;
  /** In the order of their labels; undefined once there are others. */
  let sorted: readonly Entry<S>[] | undefined;
  function* lines(family: string, format: ExpositionFormat): Generator<string> {
    sorted ??= [...series.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    // What is deleted meanwhile is shown no more.
    for (const entry of sorted)
      if (series.get(entry.key) === entry)
        yield entry.recorded.lines(family, (entry.labels ??= formatLabels(labels, entry.values)), format);
  }
  return {
    head: { name, help, type },
    collect: async () => lines,
    with(...values) {
      const key = values.join(separator);
      let entry = series.get(key);
      if (!entry) {
        series.set(key, (entry = { key, values, recorded: create() }));
        sorted = undefined;
      }
      return entry.recorded;
    },
    deleteWhere: (matches) => {
      let deleted = 0;
      for (const [key, { values }] of series) if (matches(labelsOf(labels, values)) && series.delete(key)) deleted++;
      if (deleted > 0) sorted = undefined;
      return deleted;
    },
  };
};

/** A scrape works so long; then others have a turn. */
const turnMilliseconds = 3;
/** About so many characters make a piece. */
const pieceLength = 64 * 1024;

/** A registry of metrics. Recording on a series that was looked up before costs a few nanoseconds. */
export const createMetricsRegistry = (): MetricsRegistry => {
  const metrics = new Map<string, StoredMetric>();
  const listeners: (() => void)[] = [];

  const register = <M extends StoredMetric>(name: string, metric: M): M => {
    if (metrics.has(name)) throw new Error(`register metric ${name}: registered already`);
    metrics.set(name, metric);
    return metric;
  };

  const renderPieces = async (format: ExpositionFormat): Promise<readonly Uint8Array[]> => {
    for (const listener of listeners) listener();
    const sorted = [...metrics].toSorted(([a], [b]) => (a < b ? -1 : 1));
    // A scrape shows what can be known: a family that cannot be collected is left out.
    const families = await Promise.all(
      sorted.map(async ([, { head, collect }]) => ({ head, lines: await collect().catch(() => () => []) })),
    );
    const pieces: Uint8Array[] = [];
    let text = '';
    let began = performance.now();
    for (const { head, lines } of families) {
      const { text: first, series } = formatHead(head, format);
      let before = first;
      for (const each of lines(series, format)) {
        text += before + each;
        before = '';
        if (text.length > pieceLength) {
          pieces.push(Buffer.from(text));
          text = '';
        }
        if (performance.now() - began < turnMilliseconds) continue;
        await nextTurn();
        began = performance.now();
      }
    }
    pieces.push(Buffer.from(`${text}${format === 'openmetrics' ? '# EOF\n' : ''}`));
    return pieces;
  };

  return {
    counter: (options): Metric<CounterSeries> => register(options.name, createMetric({ ...options, type: 'counter' }, createSingle)),
    gauge: (options): Metric<GaugeSeries> => register(options.name, createMetric({ ...options, type: 'gauge' }, createSingle)),
    histogram: <L extends string>(options: HistogramOptions<L>): Metric<HistogramSeries> =>
      register(options.name, createMetric({ ...options, type: 'histogram' }, histogramSeries(options.buckets))),
    summary: <L extends string>(options: SummaryOptions<L>): Metric<HistogramSeries> =>
      register(options.name, createMetric({ ...options, type: 'summary' }, summarySeries(options.quantiles))),
    collect: ({ name, help, labels, type, collect }) => {
      register(name, {
        head: { name, help, type },
        collect: async () => {
          const rows: Collected = await collect();
          return (family) => rows.map(({ values, value }) => formatLine(family, formatLabels(labels, values), value));
        },
        deleteWhere: () => 0,
      });
    },
    beforeScrape: (listener) => void listeners.push(listener),
    deleteWhere: (matches) => [...metrics.values()].reduce((sum, metric) => sum + metric.deleteWhere(matches), 0),
    renderPieces,
    render: async (format) => Buffer.concat(await renderPieces(format)).toString(),
  };
};
