/** The number an int-or-percent stands for, of `total`; percentages round up or down. Undefined and malformed values are 0. */
export const resolveIntOrPercent = (value: number | string | undefined, total: number, round: 'up' | 'down'): number => {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value ?? '')?.[1];
  if (percent === undefined) return Number.parseInt(value ?? '0', 10) || 0;
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
};
