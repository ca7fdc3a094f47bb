/** One line of a family: `name{labels} value`. `le` is a histogram's bucket. */
export interface Sample {
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly values: readonly string[];
  readonly le?: number;
  readonly quantile?: number;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
  readonly samples: readonly Sample[];
}

export type ExpositionFormat = 'prometheus' | 'openmetrics';

const escapeLabel = (value: string): string => value.replaceAll(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** A number as Go prints it: shortest form, exponents with a sign and two digits. */
export const formatValue = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
};

const labelText = (names: readonly string[], { values, le, quantile }: Sample, format: ExpositionFormat): string => {
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  if (le !== undefined) {
    const bound = formatValue(le);
    pairs.push(`le="${format === 'openmetrics' && /^\d+$/.test(bound) ? `${bound}.0` : bound}"`);
  }
  if (quantile !== undefined) pairs.push(`quantile="${formatValue(quantile)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

/** A family in Prometheus text 0.0.4 or OpenMetrics 1.0.0, where a counter's family is named without _total. */
export const renderFamily = ({ name, help, type, labels, samples }: Family, format: ExpositionFormat): string => {
  const counter = format === 'openmetrics' && type === 'counter';
  const family = counter ? name.replace(/_total$/, '') : name;
  const lines = [`# HELP ${family} ${escapeHelp(help)}`, `# TYPE ${family} ${type}`];
  const base = counter ? `${family}_total` : name;
  for (const sample of samples) lines.push(`${base}${sample.suffix}${labelText(labels, sample, format)} ${formatValue(sample.value)}`);
  return `${lines.join('\n')}\n`;
};
