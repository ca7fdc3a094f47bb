interface ContainerState {
  running?: { startedAt?: string };
  terminated?: { startedAt?: string; finishedAt?: string; exitCode: number; reason?: string };
}
/** Of a v1 Pod. */
export interface ContainerStatus {
  name: string;
  image?: string;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

/** One line and when it was written, RFC 3339. */
interface Line {
  readonly at: string;
  readonly text: string;
}

export interface LogOptions {
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  /** RFC 3339; lines before it are left out. */
  readonly since: string | undefined;
  readonly limitBytes: number | undefined;
}

const linesOf = (status: ContainerStatus, { running, terminated }: ContainerState = {}): Line[] => {
  const started = running?.startedAt ?? terminated?.startedAt;
  const run = `simulated container ${status.name} (image ${status.image ?? ''})`;
  return [
    ...(started ? [{ at: started, text: `${run} started` }] : []),
    ...(terminated?.finishedAt ? [{ at: terminated.finishedAt, text: `${run} exited with code ${terminated.exitCode}` }] : []),
  ];
};

/** What a simulated container says of itself: when it started and how it ended, of this run or the previous one. */
export const simulatedLog = (statuses: readonly ContainerStatus[], container: string, options: LogOptions): string => {
  const status = statuses.find(({ name }) => name === container);
  if (!status) return '';
  const since = options.since === undefined ? -Infinity : Date.parse(options.since);
  const lines = linesOf(status, options.previous ? status.lastState : status.state).filter(({ at }) => Date.parse(at) >= since);
  const { tailLines, limitBytes } = options;
  const kept = tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - tailLines));
  const text = kept.map(({ at, text: line }) => `${options.timestamps ? `${at} ` : ''}${line}\n`).join('');
  return limitBytes === undefined ? text : text.slice(0, limitBytes);
};

/** The log options of a request, which the server validated. `now` in milliseconds. */
export const logOptions = (query: URLSearchParams, now: number): LogOptions => {
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  const sinceSeconds = number('sinceSeconds');
  return {
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tailLines: number('tailLines'),
    since: sinceSeconds === undefined ? (query.get('sinceTime') ?? undefined) : new Date(now - sinceSeconds * 1000).toISOString(),
    limitBytes: number('limitBytes'),
  };
};
