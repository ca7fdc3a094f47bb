/**
 * The steps of a JSON Pointer (RFC 6901), unescaped. As in the original, what stands before the first slash is dropped.
 */
export const parsePointer = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => (step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step));

/** The inverse of parsePointer. */
export const formatPointer = (steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
