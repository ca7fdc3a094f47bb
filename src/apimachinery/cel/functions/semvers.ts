import { goQuote } from '../../text/go-quote.ts';
import { EvaluationError, OpaqueValue } from '../values.ts';
import { declare, declareMember, parseType, type Overload } from './declare.ts';

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
}
type Semver = OpaqueValue<Version>;

const semverType = parseType('kubernetes.Semver');
const places = ['major', 'minor', 'patch'] as const;
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const problemOfNumber = (text: string, name: string): string | undefined => {
  if (!/^\d*$/.test(text)) return `Invalid character(s) found in ${name} number ${goQuote(text)}`;
  if (/^0./.test(text)) return `${capitalized(name)} number must not contain leading zeroes ${goQuote(text)}`;
  return text === '' ? 'strconv.ParseUint: parsing "": invalid syntax' : undefined;
};

const problemOfPrerelease = (text: string): string | undefined => {
  if (text === '') return 'Prerelease is empty';
  if (/^0\d+$/.test(text)) return `Numeric PreRelease version must not contain leading zeroes ${goQuote(text)}`;
  return /^[0-9A-Za-z-]+$/.test(text) ? undefined : `Invalid character(s) found in prerelease ${goQuote(text)}`;
};

const problemOfBuild = (text: string): string | undefined => {
  if (text === '') return 'Build meta data is empty';
  return /^[0-9A-Za-z-]+$/.test(text) ? undefined : `Invalid character(s) found in build meta data ${goQuote(text)}`;
};

/** A version, or why the text is none. */
const parse = (text: string, normalize = false): Version | string => {
  const whole = normalize ? normalized(text) : text;
  if (whole === '') return 'Version string empty';
  const parts = /^([^.]*)\.([^.]*)\.([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(whole);
  if (!parts) return 'No Major.Minor.Patch elements found';
  const [, major = '', minor = '', patch = '', prerelease, build] = parts;
  const problem =
    [major, minor, patch].map((part, index) => problemOfNumber(part, places[index] ?? '')).find(Boolean) ??
    prerelease?.split('.').map(problemOfPrerelease).find(Boolean) ??
    build?.split('.').map(problemOfBuild).find(Boolean);
  return problem ?? { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: prerelease?.split('.') ?? [] };
};

/** Without a leading v, with missing minor and patch, without leading zeros. */
const normalized = (text: string): string => {
  const [, core = '', rest = ''] = /^v?([^-+]*)(.*)$/s.exec(text) ?? [];
  const numbers = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (numbers.length < 3) numbers.push('0');
  return numbers.join('.') + rest;
};

const compareIdentifiers = (left: string, right: string): number => {
  const [a, b] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (a && b) return BigInt(left) < BigInt(right) ? -1 : BigInt(left) > BigInt(right) ? 1 : 0;
  if (a !== b) return a ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Precedence as semver.org 2.0.0 defines it; build metadata does not count. */
const compare = (left: Version, right: Version): number => {
  for (const index of [0, 1, 2] as const) {
    if (left.numbers[index] !== right.numbers[index]) return left.numbers[index] < right.numbers[index] ? -1 : 1;
  }
  if (left.prerelease.length === 0 || right.prerelease.length === 0) return Math.sign(right.prerelease.length - left.prerelease.length);
  for (let index = 0; index < Math.min(left.prerelease.length, right.prerelease.length); index++) {
    const order = compareIdentifiers(left.prerelease[index] ?? '', right.prerelease[index] ?? '');
    if (order !== 0) return order;
  }
  return Math.sign(left.prerelease.length - right.prerelease.length);
};

const semver = (text: string, normalize = false): Semver => {
  const version = parse(text, normalize);
  if (typeof version === 'string') throw new EvaluationError(version);
  return new OpaqueValue(semverType, version, (left, right) => compare(left, right) === 0);
};
const isSemver = (text: string, normalize = false): boolean => typeof parse(text, normalize) !== 'string';

/** Semantic versions. */
export const semvers: readonly Overload[] = [
  declare('semver(string) kubernetes.Semver', semver),
  declare('semver(string, bool) kubernetes.Semver', semver),
  declare('isSemver(string) bool', isSemver),
  declare('isSemver(string, bool) bool', isSemver),
  declareMember('isGreaterThan(kubernetes.Semver, kubernetes.Semver) bool', (a: Semver, b: Semver) => compare(a.value, b.value) > 0),
  declareMember('isLessThan(kubernetes.Semver, kubernetes.Semver) bool', (a: Semver, b: Semver) => compare(a.value, b.value) < 0),
  declareMember('compareTo(kubernetes.Semver, kubernetes.Semver) int', (a: Semver, b: Semver) => BigInt(compare(a.value, b.value))),
  declareMember('major(kubernetes.Semver) int', ({ value }: Semver) => value.numbers[0]),
  declareMember('minor(kubernetes.Semver) int', ({ value }: Semver) => value.numbers[1]),
  declareMember('patch(kubernetes.Semver) int', ({ value }: Semver) => value.numbers[2]),
];
