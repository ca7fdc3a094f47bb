import type { FlowRequest } from './contract.ts';
import type { Work } from './work-estimates.ts';

/** One request in a priority level: it waits, or is worked on. */
export interface FlowEntry {
  readonly request: FlowRequest;
  /** Name of its FlowSchema. */
  readonly schema: string;
  /** What tells it from other flows of the schema: a user, a namespace or nothing. */
  readonly distinguisher: string;
  readonly work: Work;
  /** Milliseconds of the process' clock (performance.now). */
  readonly arrived: number;
  started: number;
  /** In which queue of its level it waits or waited; -1 when it began at once. */
  queue: number;
}

/** Entries of the same flow share its queues. */
export const flowOf = ({ schema, distinguisher }: Pick<FlowEntry, 'schema' | 'distinguisher'>): string => `${schema}/${distinguisher}`;
