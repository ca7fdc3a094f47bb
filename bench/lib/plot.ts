/** One line of a plot: [x, y] of each point, all greater than 0. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const width = 720;
const height = 420;
const margin = { top: 40, right: 170, bottom: 50, left: 70 };
const colors = ['#2563eb', '#16a34a', '#d97706', '#9333ea', '#dc2626'];

/** The powers of ten around some values. */
const decades = (values: readonly number[]): number[] => {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
};

const scale = (ticks: readonly number[], from: number, to: number) => {
  const [low = 1, high = 10] = [ticks[0], ticks.at(-1)];
  const span = Math.log10(high) - Math.log10(low);
  return (value: number): number => from + ((Math.log10(value) - Math.log10(low)) / span) * (to - from);
};

/** An SVG with both axes logarithmic: a cost that does not depend on size is a flat line. */
export const plot = ({ title, x, lines }: { readonly title: string; readonly x: string; readonly lines: readonly Line[] }): string => {
  const xTicks = decades(lines.flatMap(({ points }) => points.map(([at]) => at)));
  const yTicks = decades(lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const toX = scale(xTicks, left, right);
  const toY = scale(yTicks, bottom, top);
  const text = (at: readonly [number, number], anchor: string, words: string, more = '') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}"${more}>${words}</text>`;
  const grid = [
    ...xTicks.map((tick) => `<path d="M${toX(tick).toFixed(1)} ${top}V${bottom}" stroke="#e5e7eb"/>`),
    ...yTicks.map((tick) => `<path d="M${left} ${toY(tick).toFixed(1)}H${right}" stroke="#e5e7eb"/>`),
    ...xTicks.map((tick) => text([toX(tick), bottom + 18], 'middle', tick.toLocaleString('en'))),
    ...yTicks.map((tick) => text([left - 8, toY(tick) + 4], 'end', tick.toLocaleString('en'))),
  ];
  const drawn = lines.flatMap(({ name, points }, index) => {
    const color = colors[index % colors.length];
    const places = points.map(([at, value]) => `${toX(at).toFixed(1)} ${toY(value).toFixed(1)}`);
    const last = points.at(-1) ?? [1, 1];
    return [
      `<path d="M${places.join('L')}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...places.map((place) => `<circle cx="${place.split(' ')[0]}" cy="${place.split(' ')[1]}" r="3" fill="${color}"/>`),
      text([toX(last[0]) + 10, toY(last[1]) + 4], 'start', `${name}: ${Math.round(last[1]).toLocaleString('en')}`, ` fill="${color}"`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#111827">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text([left, 22], 'start', title, ' font-size="14"'),
    text([(left + right) / 2, height - 12], 'middle', x),
    ...grid,
    ...drawn,
    '</svg>\n',
  ].join('\n');
};
