const maxPlainExponent = 6;

/** A double as Go's %g with the shortest digits prints it: `1`, `0.5`, `1e+06`, `NaN`, `+Inf`. */
export const formatDouble = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= maxPlainExponent) return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return plain(value);
};

/** A double without an exponent. */
export const plain = (value: number): string => {
  const text = String(value);
  if (!text.includes('e')) return text;
  const [mantissa = '', exponent = '0'] = text.split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const power = Number(exponent);
  const digits = power < 0 ? `0.${'0'.repeat(-power - 1)}${whole}${fraction}` : whole + fraction.padEnd(power, '0');
  return negative ? `-${digits}` : digits;
};
