/** A problem at one place of an expression; offsets are UTF-16 units from its start. */
export interface Issue {
  readonly offset: number;
  readonly message: string;
}

/** The expression does not compile. The message lists every issue as cel-go prints them. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly issues: readonly Issue[];

  constructor(source: string, issues: readonly Issue[]) {
    super(issues.map((issue) => formatIssue(source, issue)).join('\n'));
    this.issues = issues;
  }
}

/** The expression compiles, but no program can be made of it: one of its constants could only fail. */
export class InstantiationError extends Error {
  override readonly name = 'InstantiationError';
}

/** Why an expression is refused, with the step that failed. @throws what is no such refusal */
export const compileFailure = (error: unknown): string => {
  if (error instanceof InstantiationError) return `program instantiation failed: ${error.message}`;
  if (error instanceof CompileError) return `compilation failed: ${error.message}`;
  throw error;
};

/** Of an issue that is about the whole. */
export const nowhere = -1;

const formatIssue = (source: string, { offset, message }: Issue): string => {
  if (offset === nowhere) return `ERROR: <input>:-1:0: ${message}`;
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  const start = before.lastIndexOf('\n') + 1;
  const end = source.indexOf('\n', start);
  const text = source.slice(start, end < 0 ? source.length : end).replaceAll('\t', ' ');
  const left = Array.from(source.slice(start, offset));
  // As wide as what stands above.
  const dots = left.map((character) => (isWide(character) ? '\uff0e' : '.')).join('');
  const caret = isWide(source.slice(offset)) ? '\uff3e' : '^';
  return `ERROR: <input>:${line}:${source === '' ? 0 : left.length + 1}: ${message}\n | ${text}\n | ${dots}${caret}`;
};

const isWide = (text: string): boolean => (text.codePointAt(0) ?? 0) > 0x7f;
