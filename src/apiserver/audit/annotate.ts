import type { AuditLevel } from './policy.ts';

/** Adds an annotation to the request's audit events, for policies that log at least this level (default: any). */
export type Annotate = (key: string, value: string, from?: AuditLevel) => void;
