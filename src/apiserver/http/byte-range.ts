/**
 * The part of a document that a `Range` header asks for (RFC 9110, 14): where it starts and ends, the end left out. Several parts at once
 * are answered with the whole, as a server may.
 */
export const byteRange = (header: string, size: number): readonly [number, number] | 'whole' | 'invalid' | 'beyond' => {
  if (!header.startsWith('bytes=')) return 'invalid';
  const asked = header
    .slice('bytes='.length)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (asked.length !== 1) return 'whole';
  const found = /^(\d*)\s*-\s*(\d*)$/.exec(asked[0]!);
  if (!found || (found[1] === '' && found[2] === '')) return 'invalid';
  const [first, last] = [found[1] ?? '', found[2] ?? ''];
  if (first === '') return [Math.max(0, size - Number(last)), size];
  const start = Number(first);
  if (start >= size) return 'beyond';
  if (last === '') return [start, size];
  return Number(last) < start ? 'invalid' : [start, Math.min(Number(last) + 1, size)];
};
