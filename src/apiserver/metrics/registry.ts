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
import { renderFamily } from './exposition.ts';
import type { ExpositionFormat, Family, Sample } from './exposition.ts';

interface Recorded {
  samples(values: readonly string[]): readonly Sample[];
}

const single = () => {
  let value = 0;
  return {
    inc: (by = 1) => {
      value += by;
    },
    set: (next: number) => {
      value = next;
    },
    samples: (values: readonly string[]): readonly Sample[] => [{ suffix: '', values, value }],
  };
};

const histogramSeries = (buckets: readonly number[]): HistogramSeries & Recorded => {
  const counts = new Float64Array(buckets.length + 1);
  let sum = 0;
  return {
    observe(value, times = 1) {
      let index = 0;
      while (index < buckets.length && value > (buckets[index] as number)) index++;
      counts[index] = (counts[index] as number) + times;
      sum += value * times;
    },
    samples(values) {
      let total = 0;
      const rows: Sample[] = [...buckets, Number.POSITIVE_INFINITY].map((le, index) => {
        total += counts[index] ?? 0;
        return { suffix: '_bucket', values, le, value: total };
      });
      return [...rows, { suffix: '_sum', values, value: sum }, { suffix: '_count', values, value: total }];
    },
  };
};

/** So many of the latest observations tell the quantiles. */
const summaryWindow = 512;

const summarySeries = (quantiles: readonly number[]): HistogramSeries & Recorded => {
  const latest = new Float64Array(summaryWindow);
  let total = 0;
  let sum = 0;
  return {
    observe(value, times = 1) {
      latest[total % summaryWindow] = value;
      total += times;
      sum += value * times;
    },
    samples(values) {
      const sorted = latest.slice(0, Math.min(total, summaryWindow)).toSorted();
      const rows: Sample[] = quantiles.map((quantile) => ({
        suffix: '',
        values,
        quantile,
        value: sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * quantile) - 1)] ?? Number.NaN,
      }));
      return [...rows, { suffix: '_sum', values, value: sum }, { suffix: '_count', values, value: total }];
    },
  };
};

/** Between label values in a series' key; no label value holds it. */
const separator = '\u0000';

interface StoredMetric {
  readonly family: () => Promise<Family> | Family;
  readonly deleteWhere: (matches: (labels: Readonly<Record<string, string>>) => boolean) => number;
}

const labelsOf = (names: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));

/** Series of one metric by their label values. */
const createMetric = <S>(
  options: MetricOptions<string> & { readonly type: Family['type'] },
  create: () => S & Recorded,
): StoredMetric & Metric<S> => {
  const series = new Map<string, { readonly values: readonly string[]; readonly recorded: S & Recorded }>();
  const { name, help, labels, type } = options;
  return {
    with(...values) {
      const key = values.join(separator);
      let entry = series.get(key);
      if (!entry) series.set(key, (entry = { values, recorded: create() }));
      return entry.recorded;
    },
    family: () => {
      const sorted = [...series].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return { name, help, type, labels, samples: sorted.flatMap(([, { values, recorded }]) => recorded.samples(values)) };
    },
    deleteWhere: (matches) => {
      let deleted = 0;
      for (const [key, { values }] of series) if (matches(labelsOf(labels, values)) && series.delete(key)) deleted++;
      return deleted;
    },
  };
};

/** A registry of metrics. Recording on a series that was looked up before costs a few nanoseconds. */
export const createMetricsRegistry = (): MetricsRegistry => {
  const metrics = new Map<string, StoredMetric>();
  const listeners: (() => void)[] = [];

  const register = <M extends StoredMetric>(name: string, metric: M): M => {
    if (metrics.has(name)) throw new Error(`register metric ${name}: registered already`);
    metrics.set(name, metric);
    return metric;
  };

  const familyText = async (metric: StoredMetric, format: ExpositionFormat): Promise<string> => {
    try {
      const family = await metric.family();
      return family.samples.length > 0 ? renderFamily(family, format) : '';
    } catch {
      return ''; // a scrape shows what can be known
    }
  };

  return {
    counter: (options): Metric<CounterSeries> => register(options.name, createMetric({ ...options, type: 'counter' }, single)),
    gauge: (options): Metric<GaugeSeries> => register(options.name, createMetric({ ...options, type: 'gauge' }, single)),
    histogram: <L extends string>(options: HistogramOptions<L>): Metric<HistogramSeries> =>
      register(
        options.name,
        createMetric({ ...options, type: 'histogram' }, () => histogramSeries(options.buckets)),
      ),
    summary: <L extends string>(options: SummaryOptions<L>): Metric<HistogramSeries> =>
      register(
        options.name,
        createMetric({ ...options, type: 'summary' }, () => summarySeries(options.quantiles)),
      ),
    collect: ({ name, help, labels, type, collect }) => {
      const family = async (): Promise<Family> => {
        const rows: Collected = await collect();
        return { name, help, type, labels, samples: rows.map(({ values, value }) => ({ suffix: '', values, value })) };
      };
      register(name, { family, deleteWhere: () => 0 });
    },
    beforeScrape: (listener) => void listeners.push(listener),
    deleteWhere: (matches) => [...metrics.values()].reduce((sum, metric) => sum + metric.deleteWhere(matches), 0),
    render: async (format) => {
      for (const listener of listeners) listener();
      const sorted = [...metrics].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const texts = await Promise.all(sorted.map(([, metric]) => familyText(metric, format)));
      return `${texts.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`;
    },
  };
};
