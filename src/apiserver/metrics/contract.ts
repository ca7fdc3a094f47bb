/** Label names to values, fixed for a metric. */
export interface MetricOptions<L extends string> {
  /** In the field's own form: `apiserver_request_total`, seconds and bytes, counters end in _total. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds in ascending order, without +Inf. */
  readonly buckets: readonly number[];
}

export interface SummaryOptions<L extends string> extends MetricOptions<L> {
  /** In ascending order; of the latest observations. */
  readonly quantiles: readonly number[];
}

/** One time series. After deleteWhere took it, what is recorded goes nowhere. */
export interface CounterSeries {
  inc(by?: number): void;
}
export interface GaugeSeries {
  set(value: number): void;
  inc(by?: number): void;
}
export interface HistogramSeries {
  /** `times`: how often the value occurred; once by default. */
  observe(value: number, times?: number): void;
}

/** A family of series; values in the order of the labels. */
export interface Metric<S> {
  with(...values: readonly string[]): S;
  /** Forgets every series of the family whose labels match, at once. Returns how many there were. */
  deleteWhere(matches: (labels: Readonly<Record<string, string>>) => boolean): number;
}

/** Rows of a gauge that is computed when it is scraped. */
export type Collected = readonly { readonly values: readonly string[]; readonly value: number }[];

export interface MetricsRegistry {
  counter<L extends string>(options: MetricOptions<L>): Metric<CounterSeries>;
  gauge<L extends string>(options: MetricOptions<L>): Metric<GaugeSeries>;
  histogram<L extends string>(options: HistogramOptions<L>): Metric<HistogramSeries>;
  summary<L extends string>(options: SummaryOptions<L>): Metric<HistogramSeries>;
  /** A gauge or counter whose series are asked for at every scrape; a failing one is left out. */
  collect<L extends string>(
    options: MetricOptions<L> & { readonly type: 'counter' | 'gauge'; readonly collect: () => Promise<Collected> | Collected },
  ): void;
  /** Called at the beginning of every scrape. */
  beforeScrape(listener: () => void): void;
  /** Forgets every series whose labels match, at once. Returns how many there were. */
  deleteWhere(matches: (labels: Readonly<Record<string, string>>) => boolean): number;
  /** Every family, in alphabetical order. Others have their turns meanwhile; each series is of one moment. */
  renderPieces(format: 'prometheus' | 'openmetrics'): Promise<readonly Uint8Array[]>;
  /** The same as a text. */
  render(format: 'prometheus' | 'openmetrics'): Promise<string>;
}
