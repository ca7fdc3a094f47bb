import type { FieldError } from '../../../apimachinery/validation/field-error.ts';
import { invalid } from '../../../apimachinery/validation/field-errors.ts';

const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];

/** A level of the Pod Security Standards as of a minor version; Infinity is "latest". */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const prefix = 'pod-security.kubernetes.io/';

export const formatLevelVersion = ({ level, minor }: LevelVersion): string => `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`;
export const isStricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b);
export const sameLevelVersion = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;

/** A namespace's policy by its labels. A wrong level enforces `restricted` but neither audits nor warns. */
export const readPolicy = (labels: Readonly<Record<string, string>> = {}): { policy: Policy; errors: FieldError[] } => {
  const errors: FieldError[] = [];
  const fail = (label: string, value: string, detail: string): void => {
    errors.push(invalid(`metadata.labels[${label}]`, value, detail));
  };
  const readLevel = (mode: string, fallback: Level): Level => {
    const label = `${prefix}${mode}`;
    const value = labels[label];
    if (value === undefined) return 'privileged';
    if ((levels as readonly string[]).includes(value)) return value as Level;
    fail(label, value, `must be one of ${levels.join(', ')}`);
    return fallback;
  };
  const readMinor = (mode: string): number => {
    const label = `${prefix}${mode}-version`;
    const value = labels[label];
    if (value === undefined || value === 'latest') return Infinity;
    const match = /^v1\.(0|[1-9][0-9]*)$/.exec(value);
    if (match) return Number(match[1]);
    fail(label, value, 'must be "latest" or "v1.x"');
    return Infinity;
  };
  const read = (mode: string, fallback: Level): LevelVersion => ({ level: readLevel(mode, fallback), minor: readMinor(mode) });
  const enforce = read('enforce', 'restricted');
  const isEnforceGood = errors.every(({ field }) => !field.endsWith('/enforce]'));
  const audit = read('audit', 'privileged');
  const warn = read('warn', 'privileged');
  const follows = labels[`${prefix}warn`] === undefined && isEnforceGood && isStricter(enforce.level, warn.level);
  return {
    policy: {
      enforce,
      audit,
      warn: follows ? { level: enforce.level, minor: labels[`${prefix}warn-version`] === undefined ? enforce.minor : warn.minor } : warn,
    },
    errors,
  };
};
