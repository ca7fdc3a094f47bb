import type { Logger } from '../controller-runtime/contract.ts';
import { limitRepeats } from './repeated-lines.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** One JSON object a line, or text for people. */
  readonly format: 'text' | 'json';
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * A logger that writes whole lines; `fields` are on each of them. Values are written as they are: never pass a secret. A message that comes
 * again and again, from one user, is left out for a while.
 */
export const createLogger = (options: LogOptions, fields: Readonly<Record<string, unknown>> = {}): Logger => {
  const { now = Date.now } = options;
  const repeats = limitRepeats(now);
  const threshold = logLevels.indexOf(options.level);
  const at =
    (level: LogLevel) =>
    (message: string, more: Readonly<Record<string, unknown>> = {}): void => {
      if (logLevels.indexOf(level) < threshold) return;
      // Whoever asks for everything gets everything.
      const repeat = level === 'debug' ? { leftOut: 0 } : repeats(`${message}\n${String(more['user'] ?? '')}`);
      if (!repeat) return;
      const all = { ...fields, ...more, ...(repeat.leftOut > 0 && { leftOut: repeat.leftOut }) };
      const time = new Date(now()).toISOString();
      options.write(
        options.format === 'json'
          ? JSON.stringify({ time, level, message, ...all })
          : `${time} ${level.toUpperCase().padEnd(5)} ${message}${formatFields(all)}`,
      );
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

const formatFields = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(
      ([key, value]) =>
        ` ${key}=${typeof value === 'string' ? (/[\s"=]/.test(value) ? JSON.stringify(value) : value) : JSON.stringify(value)}`,
    )
    .join('');
