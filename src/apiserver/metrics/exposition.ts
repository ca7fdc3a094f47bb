export type ExpositionFormat = 'prometheus' | 'openmetrics';

/** What a family's first lines say. */
export interface FamilyHead {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
}

const escapeLabel = (value: string): string => value.replaceAll(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
/** OpenMetrics has double quotes escaped in help too. */
const escapeHelp = (text: string, format: ExpositionFormat): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped;
};

/** A number as Go prints it: shortest form, exponents with a sign and two digits. */
export const formatValue = (value: number): string => {
  if (Number.isInteger(value) && value < 1e6 && value > -1e6) return String(value);
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
};

/** A bound of a histogram or summary: OpenMetrics tells numbers from integers. */
export const formatBound = (value: number, format: ExpositionFormat): string => {
  const bound = formatValue(value);
  return format === 'openmetrics' && /^\d+$/.test(bound) ? `${bound}.0` : bound;
};

/** `a="x",b="y"`, without braces. */
export const formatLabels = (names: readonly string[], values: readonly string[]): string =>
  names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`).join(',');

/** `name{labels} value`, as a line; `more` is a label beside the others. */
export const formatLine = (name: string, labels: string, value: number, more = ''): string => {
  const all = labels === '' || more === '' ? labels + more : `${labels},${more}`;
  return all === '' ? `${name} ${formatValue(value)}\n` : `${name}{${all}} ${formatValue(value)}\n`;
};

/** Prometheus text 0.0.4, or OpenMetrics 1.0.0, where a counter's family is named without the _total that its series have. */
export const formatHead = (
  { name, help, type }: FamilyHead,
  format: ExpositionFormat,
): { readonly text: string; readonly series: string } => {
  const isCounter = format === 'openmetrics' && type === 'counter';
  const family = isCounter ? name.replace(/_total$/, '') : name;
  return {
    text: `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`,
    series: isCounter ? `${family}_total` : name,
  };
};
