import { expect, test } from 'vitest';
import { timeParseError } from './parse-error.ts';

const layout = '2006-01-02T15:04:05Z07:00';

// What kube-apiserver answers.
test.each([
  ['yesterday', `parsing time "yesterday" as "${layout}": cannot parse "yesterday" as "2006"`],
  ['', `parsing time "" as "${layout}": cannot parse "" as "2006"`],
  ['2020-01-01', `parsing time "2020-01-01" as "${layout}": cannot parse "" as "T"`],
  ['2020-1-01T00:00:00Z', `parsing time "2020-1-01T00:00:00Z" as "${layout}": cannot parse "1-01T00:00:00Z" as "01"`],
  ['2020-01-01 00:00:00Z', `parsing time "2020-01-01 00:00:00Z" as "${layout}": cannot parse " 00:00:00Z" as "T"`],
  ['2020-01-01T00:00:00', `parsing time "2020-01-01T00:00:00" as "${layout}": cannot parse "" as "Z07:00"`],
  ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
  ['2020-02-30T00:00:00Z', 'parsing time "2020-02-30T00:00:00Z": day out of range'],
  ['2020-01-01T25:00:00Z', 'parsing time "2020-01-01T25:00:00Z": hour out of range'],
  ['2020-01-01T00:00:00Zx', 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
])('why %j is no time', (text, message) => {
  expect(timeParseError(text)).toBe(message);
});
