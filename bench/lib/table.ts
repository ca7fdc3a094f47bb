import type { Measurement } from './measure.ts';

/** All measurements of a row, by side. */
export type Results = Map<string, Map<string, Measurement[]>>;

type Figure = keyof Measurement;
const units: Readonly<Record<Figure, string>> = { perSecond: '/s', milliseconds: 'ms', megabytes: 'MB', cpuMicroseconds: 'µs CPU' };

const median = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** One figure of one row: the median of each side, and how many times better the first side is. */
export interface Line {
  readonly row: string;
  readonly figure: Figure;
  readonly values: readonly (number | undefined)[];
  readonly timesBetter: number | undefined;
}

export const linesOf = (results: Results, sides: readonly string[]): Line[] =>
  [...results].flatMap(([row, measured]) =>
    (Object.keys(units) as Figure[]).flatMap((figure) => {
      const values = sides.map((side) => median((measured.get(side) ?? []).flatMap((measurement) => measurement[figure] ?? [])));
      if (values.every((value) => value === undefined)) return [];
      const [ours, theirs] = values;
      const ratio = ours === undefined || theirs === undefined ? undefined : figure === 'perSecond' ? ours / theirs : theirs / ours;
      return [{ row, figure, values, timesBetter: ratio }];
    }),
  );

const number = (value: number | undefined): string =>
  value === undefined ? '–' : value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 3 : 4 });

/** As a Markdown table. */
export const renderTable = (lines: readonly Line[], sides: readonly string[]): string =>
  [
    `| row | unit | ${sides.join(' | ')} | times better |`,
    `| --- | --- | ${sides.map(() => '---: | ').join('')}---: |`,
    ...lines.map(
      ({ row, figure, values, timesBetter }) =>
        `| ${row} | ${units[figure]} | ${values.map(number).join(' | ')} | ${timesBetter === undefined ? '' : `${timesBetter.toFixed(1)}×`} |`,
    ),
  ].join('\n');
