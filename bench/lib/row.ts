import type { Connection } from './connection.ts';
import type { Measurement } from './measure.ts';
import type { Side } from './side.ts';

/** What a row of load runs against. */
export interface Load {
  readonly side: Side;
  readonly connection: Connection;
  /** Counts up over the whole run: names never clash. */
  readonly next: () => number;
}

/** A row of the table: measured on both sides in turn, several times, the median shown. `prepare` is not measured. */
export interface Row {
  readonly name: string;
  readonly prepare?: (load: Load) => Promise<void>;
  readonly run: (load: Load) => Promise<Measurement>;
}
