import { formatDuration } from '../../apimachinery/time/duration.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { PlainRoute } from '../http/route.ts';
import { plainText } from '../http/respond.ts';
import type { Queue } from './fair-queues.ts';
import type { FlowEntry } from './flow-entry.ts';
import type { PriorityLevel } from './priority-level.ts';

type Row = readonly (string | number | boolean)[];

/** Columns as wide as their widest cell and a space, at least eight; a comma ends each but the last. */
const table = (rows: readonly Row[]): string => {
  const cells = rows.map((row) => row.map((cell, index) => `${cell}${index < row.length - 1 ? ',' : ''}`));
  const widths = (cells[0] ?? []).map((_, index) => Math.max(8, ...cells.map((row) => (row[index] ?? '').length + 1)));
  const line = (row: readonly string[]): string =>
    row.map((cell, index) => (index < row.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell)).join('');
  return cells.map((row) => `${line(row)}\n`).join('');
};

/** Seat-seconds of a queue, as kube-apiserver writes them. */
const progress = (value: number): string => `${value.toFixed(8)}ss`;
const sum = (entries: readonly FlowEntry[], value: (entry: FlowEntry) => number): number =>
  entries.reduce((total, entry) => total + value(entry), 0);

const levelRows = (levels: readonly PriorityLevel[]): Row[] => [
  [
    'PriorityLevelName',
    'ActiveQueues',
    'IsIdle',
    'IsQuiescing',
    'WaitingRequests',
    'ExecutingRequests',
    'DispatchedRequests',
    'RejectedRequests',
    'TimedoutRequests',
    'CancelledRequests',
  ],
  ...levels
    .toSorted((a, b) => (a.settings.name < b.settings.name ? -1 : 1))
    .map(({ settings, queues, isQuiescing, waiting, executing, counts }) => [
      settings.name,
      (queues?.all ?? []).filter((queue) => queue.waiting.size > 0).length,
      waiting + executing.size === 0,
      isQuiescing,
      waiting,
      executing.size,
      counts.dispatched,
      counts.rejected,
      counts.timedOut,
      counts.cancelled,
    ]),
];

const entriesOf = ({ waiting }: Readonly<Queue>): FlowEntry[] => Array.from(waiting, ({ entry }) => entry);

const queueRows = (levels: readonly PriorityLevel[]): Row[] => [
  [
    'PriorityLevelName',
    'Index',
    'PendingRequests',
    'ExecutingRequests',
    'SeatsInUse',
    'NextDispatchR',
    'InitialSeatsSum',
    'MaxSeatsSum',
    'TotalWorkSum',
  ],
  ...levels.flatMap(({ settings, queues, executing }) =>
    (queues?.all ?? []).map((queue, index): Row => {
      const pending = entriesOf(queue);
      const begun = [...executing].filter((entry) => entry.queue === index);
      const seats = sum(pending, ({ work }) => work.seats);
      return [
        settings.name,
        index,
        pending.length,
        begun.length,
        sum(begun, ({ work }) => work.seats),
        progress(queue.virtualStart),
        seats,
        sum(pending, ({ work }) => Math.max(work.seats, work.finalSeats)),
        progress(seats),
      ];
    }),
  ),
];

const requestColumns = [
  'PriorityLevelName',
  'FlowSchemaName',
  'QueueIndex',
  'RequestIndexInQueue',
  'FlowDistingsher',
  'ArriveTime',
  'InitialSeats',
  'FinalSeats',
  'AdditionalLatency',
  'StartTime',
];
const detailColumns = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

const details = ({ request: { user, info } }: FlowEntry): Row => [
  user.username,
  info.verb,
  info.path,
  info.namespace,
  info.name,
  info.group === '' ? info.version : `${info.group}/${info.version}`,
  info.resource,
  info.subresource,
];

const requestRows = (levels: readonly PriorityLevel[], withDetails: boolean): Row[] => {
  const time = (milliseconds: number): string => new Date(performance.timeOrigin + milliseconds).toISOString();
  const row = ({ settings }: PriorityLevel, entry: FlowEntry, index: number): Row => [
    settings.name,
    entry.schema,
    entry.queue,
    index,
    entry.distinguisher,
    time(entry.arrived),
    entry.work.seats,
    entry.work.finalSeats,
    formatDuration(BigInt(Math.round(entry.work.finalMilliseconds * 1e6))),
    index < 0 ? time(entry.started) : '0001-01-01T00:00:00Z',
    ...(withDetails ? details(entry) : []),
  ];
  return [
    [...requestColumns, ...(withDetails ? detailColumns : [])],
    ...levels.flatMap((level) => [
      ...(level.queues?.all ?? []).flatMap((queue) => entriesOf(queue).map((entry, index) => row(level, entry, index))),
      ...Array.from(level.executing, (entry) => row(level, entry, -1)),
    ]),
  ];
};

/** /debug/api_priority_and_fairness/dump_…: what priority and fairness holds right now, as tables. */
export const dumpRoutes = (levels: () => readonly PriorityLevel[]): readonly PlainRoute[] => {
  const route = (name: string, rows: (query: URLSearchParams) => readonly Row[]): PlainRoute => ({
    path: `/debug/api_priority_and_fairness/${name}`,
    handle: ({ query }): ApiResponse => plainText(200, table(rows(query))),
  });
  return [
    route('dump_priority_levels', () => levelRows(levels())),
    route('dump_queues', () => queueRows(levels())),
    route('dump_requests', (query) => requestRows(levels(), !!query.get('includeRequestDetails'))),
  ];
};
