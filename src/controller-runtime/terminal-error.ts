/** A reconcile that cannot succeed until the object changes: logged, never retried. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
