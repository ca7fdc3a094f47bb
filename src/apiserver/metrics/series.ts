import type { CounterSeries, GaugeSeries, HistogramSeries } from './contract.ts';
import { type ExpositionFormat, formatBound, formatLine } from './exposition.ts';

/** What a series has to say: its lines. `labels` as formatLabels writes them. */
export interface Recorded {
  lines(name: string, labels: string, format: ExpositionFormat): string;
}

export const createSingle = (): CounterSeries & GaugeSeries & Recorded => {
  let value = 0;
  return {
    inc: (by = 1) => {
      value += by;
    },
    set: (next) => {
      value = next;
    },
    lines: (name, labels) => formatLine(name, labels, value),
  };
};

const totals = (name: string, labels: string, sum: number, count: number): string =>
  `${formatLine(`${name}_sum`, labels, sum)}${formatLine(`${name}_count`, labels, count)}`;

/** Makes the series of one histogram. `buckets`: upper bounds in ascending order, without +Inf. */
export const histogramSeries = (buckets: readonly number[]): (() => HistogramSeries & Recorded) => {
  const bounds = (format: ExpositionFormat): readonly string[] =>
    [...buckets, Number.POSITIVE_INFINITY].map((le) => `le="${formatBound(le, format)}"`);
  const texts = { prometheus: bounds('prometheus'), openmetrics: bounds('openmetrics') };
  return () => {
    const counts = new Float64Array(buckets.length + 1);
    let sum = 0;
    return {
      observe(value, times = 1) {
        let index = 0;
        while (index < buckets.length && value > (buckets[index] as number)) index++;
        counts[index] = (counts[index] as number) + times;
        sum += value * times;
      },
      lines(name, labels, format) {
        let total = 0;
        let text = '';
        for (const [index, le] of texts[format].entries()) {
          total += counts[index] as number;
          text += formatLine(`${name}_bucket`, labels, total, le);
        }
        return text + totals(name, labels, sum, total);
      },
    };
  };
};

/** So many of the latest observations tell the quantiles. */
const summaryWindow = 512;

/** Makes the series of one summary. */
export const summarySeries =
  (quantiles: readonly number[]): (() => HistogramSeries & Recorded) =>
  () => {
    const latest = new Float64Array(summaryWindow);
    let observed = 0;
    let total = 0;
    let sum = 0;
    return {
      observe(value, times = 1) {
        latest[observed++ % summaryWindow] = value;
        total += times;
        sum += value * times;
      },
      lines(name, labels, format) {
        const sorted = latest.slice(0, Math.min(observed, summaryWindow)).toSorted();
        const at = (quantile: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * quantile) - 1)] ?? Number.NaN;
        const rows = quantiles.map((quantile) => formatLine(name, labels, at(quantile), `quantile="${formatBound(quantile, format)}"`));
        return rows.join('') + totals(name, labels, sum, total);
      },
    };
  };
