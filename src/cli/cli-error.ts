/** An error for the person at the terminal: what failed, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly remedy: string | undefined;
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { readonly remedy?: string; readonly exitCode?: 1 | 2; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? 1;
  }
}
