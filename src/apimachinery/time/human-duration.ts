const pair = (large: number, largeUnit: string, [small, smallUnit]: readonly [number, string]): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** An age as table columns print it: `45s`, `3m20s`, `2h`, `3d4h`, `2y11d`; `<invalid>` when clearly negative. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return pair(hours, 'h', [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return pair(days, 'd', [hours % 24, 'h']);
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return days < 8 * 365 ? pair(years, 'y', [days % 365, 'd']) : `${years}y`;
}

/** The age of a timestamp, `<unknown>` without one. */
export const humanAge = (timestamp: string | undefined, now: Date): string => {
  const start = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(start) ? '<unknown>' : humanDuration(now.getTime() - start);
};
