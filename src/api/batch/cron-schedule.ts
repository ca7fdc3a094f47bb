import { goQuote } from '../../apimachinery/text/go-quote.ts';

interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly FieldRange[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

/** What is wrong with a schedule of five cron fields, a descriptor such as @daily or `@every 1h`, in the words of the original's parser. */
export const cronScheduleError = (schedule: string): string | undefined => {
  const text = schedule.trim();
  if (text === '') return 'empty spec string';
  if (text.startsWith('@')) {
    if (descriptors.has(text) || /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
    if (text.startsWith('@every ')) return `failed to parse duration ${text}: time: invalid duration ${goQuote(text.slice(7))}`;
    return `unrecognized descriptor: ${text}`;
  }
  const parts = text.split(/\s+/);
  if (parts.length !== 5) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [index, part] of parts.entries()) {
    const range = fields[index] as FieldRange;
    for (const item of part.split(',').filter((piece) => piece !== '')) {
      const wrong = itemError(item, range);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
};

const valueOf = (text: string, { names, min }: FieldRange): number | string => {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + (names === months ? min : 0);
  return /^\d+$/.test(text) ? Number(text) : `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
};

const itemError = (item: string, range: FieldRange): string | undefined => {
  const [span = '', step, ...more] = item.split('/');
  if (more.length > 0) return `too many slashes: ${item}`;
  const bounds = span.split('-');
  if (bounds.length > 2) return `too many hyphens: ${item}`;
  let [low, high] = [range.min, range.max];
  if (span !== '*' && span !== '?') {
    const start = valueOf(bounds[0] ?? '', range);
    if (typeof start === 'string') return start;
    const end = bounds[1] === undefined ? (step === undefined ? start : range.max) : valueOf(bounds[1], range);
    if (typeof end === 'string') return end;
    [low, high] = [start, end];
  }
  if (step !== undefined) {
    const every = valueOf(step, { min: 0, max: 0 });
    if (typeof every === 'string') return every;
    if (every === 0) return `step of range should be a positive number: ${item}`;
  }
  if (low < range.min) return `beginning of range (${low}) below minimum (${range.min}): ${item}`;
  if (high > range.max) return `end of range (${high}) above maximum (${range.max}): ${item}`;
  return low > high ? `beginning of range (${low}) beyond end of range (${high}): ${item}` : undefined;
};
