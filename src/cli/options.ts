import { InvalidArgumentError, Option } from 'commander';

/** A path that was given: an unset variable of a script must not become the current directory. */
export const parsePath = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
};

/** What is written with commas between. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The value of a flag that may stand without one. */
export const boolean = (text: string): boolean => {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.');
  return text === 'true';
};

/** Where a hub stores everything, as far as it can be told without opening it. */
export const parseStore = (text: string): string => {
  if (!/^(memory:$|lmdb:.|etcd:.)/.test(text))
    throw new InvalidArgumentError('It must be memory:, lmdb:PATH or etcd:https://HOST:2379[,…][/PREFIX].');
  return text;
};

/** Where a fleet keeps everything. */
export const dataDirectoryOption = (): Option =>
  new Option('--data-dir <dir>', 'directory that keeps the fleet').default('.causeway').env('CAUSEWAY_DATA_DIR').argParser(parsePath);

export const outputOption = (): Option => new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text');

export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'least level that is logged, on standard error')
    .choices(['debug', 'info', 'warn', 'error'])
    .default('warn');

export const logFormatOption = (): Option =>
  new Option('--log-format <format>', 'format of the log').choices(['text', 'json']).default('text');

/** A whole number between two bounds. */
export const integerBetween =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  };

const clusterName = /^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$/;

/** A cluster's name: a DNS-1123 label of at most 48 characters (its execution namespace has a prefix). */
export const parseClusterName = (text: string): string => {
  if (!clusterName.test(text))
    throw new InvalidArgumentError(`${JSON.stringify(text)} must be lower-case letters, digits and dashes, at most 48 characters.`);
  if (text === 'hub') throw new InvalidArgumentError('"hub" is the hub itself.');
  return text;
};

const compass = ['east', 'west', 'north', 'south'];

/** `east,west,north`, or a number of members: the first are named by the compass, further ones member-5, member-6, … */
export const parseMembers = (text: string): string[] => {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const count = integerBetween(0, 100)(text);
    return Array.from({ length: count }, (_, index) => compass[index] ?? `member-${index + 1}`);
  }
  const names = text.split(',').map((name) => parseClusterName(name.trim()));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new InvalidArgumentError(`${JSON.stringify(repeated)} is named twice.`);
  return names;
};

/** A duration such as 90s, 10m, 24h or 7d between two bounds in seconds; answers whole seconds. */
export const parseSeconds =
  (least: number, most: number) =>
  (text: string): number => {
    const [, amount = '', unit = 's'] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
    const seconds = amount === '' ? Number.NaN : Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[(unit || 's') as 's'];
    if (!(seconds >= least && seconds <= most))
      throw new InvalidArgumentError(`It must be a duration such as 90s, 10m, 24h or 7d, from ${least} to ${most} seconds.`);
    return seconds;
  };

/** How the hub judges its members; the same for every command that runs one. */
export const fleetOptions = (): Option[] => [
  new Option('--no-failover', 'leave work on a member that is not ready'),
  new Option('--status-interval <seconds>', 'how often members are asked how they are').argParser(integerBetween(1, 3600)).default(10),
  new Option('--failure-threshold <seconds>', 'how long a member must be bad before it counts as failed')
    .argParser(integerBetween(1, 86_400))
    .default(30),
  new Option('--lease-grace <seconds>', "how long a pull cluster's agent may be silent before the cluster counts as unreachable")
    .argParser(integerBetween(1, 86_400))
    .default(40),
];

export interface FleetFlags {
  readonly leaseGrace: number;
  readonly failover: boolean;
  readonly statusInterval: number;
  readonly failureThreshold: number;
}

/** The flags as the fleet feature takes them. */
export const fleetSettings = ({ failover, statusInterval, failureThreshold, leaseGrace }: FleetFlags) => ({
  failover,
  leaseGraceSeconds: leaseGrace,
  health: { statusIntervalSeconds: statusInterval, failureThresholdSeconds: failureThreshold },
});

/** Where and how a running command logs. */
export const logOptions = (): Option[] => [logLevelOption(), logFormatOption()];
