import { byteLength, patternCheck, type NameCheck } from './names.ts';

export const rangeMessage = (min: number, max: number): string => `must be between ${min} and ${max}, inclusive`;

export const isInRange = (value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [rangeMessage(min, max)];

export const isPortNumber = (port: number): string[] => isInRange(port, 1, 65_535);

/** A named port (IANA service name). */
export const isPortName: NameCheck = (name) => {
  const errors: string[] = [];
  if (byteLength(name) > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(name)) errors.push('must not begin or end with a hyphen');
  return errors;
};

const relativePathErrors = (value: string): string[] => {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
};

const isConfigKeyPattern = patternCheck({
  pattern: '[-._a-zA-Z0-9]+',
  message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
  max: 253,
});

/** A key of a ConfigMap or Secret: also a file name. */
export const isConfigMapKey: NameCheck = (key) => [...isConfigKeyPattern(key), ...relativePathErrors(key)];

const isEnvPattern = patternCheck({
  pattern: '[-._a-zA-Z][-._a-zA-Z0-9]*',
  message:
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});

export const isEnvVarName: NameCheck = (name) => [...isEnvPattern(name), ...relativePathErrors(name)];

/** KEP-4369: printable ASCII without `=`. */
export const isRelaxedEnvVarName: NameCheck = (name) => {
  if (name === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]*$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

export const isPercent = patternCheck({
  pattern: '[0-9]+%',
  message: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
});

export const isCIdentifier = patternCheck({
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  message: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName'],
});

export const isHttpHeaderName = patternCheck({
  pattern: '[-A-Za-z0-9]+',
  message: "a valid HTTP header must consist of alphanumeric characters or '-'",
  examples: ['X-Header-Name'],
});

/** A user or group id of Linux. */
export const isUserId = (id: number): string[] => isInRange(id, 0, 2_147_483_647);

export const isConditionReason = patternCheck({
  pattern: '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  message:
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
});
