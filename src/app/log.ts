import type { Logger } from '../controller-runtime/contract.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** One JSON object a line, or text for people. */
  readonly format: 'text' | 'json';
  readonly write: (line: string) => void;
}

/** A logger that writes whole lines; `fields` of a child are on each of its lines. Values are written as they are: never pass a secret. */
export const createLogger = (options: LogOptions, fields: Readonly<Record<string, unknown>> = {}): Logger => {
  const threshold = logLevels.indexOf(options.level);
  const at =
    (level: LogLevel) =>
    (message: string, more: Readonly<Record<string, unknown>> = {}): void => {
      if (logLevels.indexOf(level) < threshold) return;
      const all = { ...fields, ...more };
      const time = new Date().toISOString();
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
