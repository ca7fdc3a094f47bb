import type { ColumnDefinition, KindDefinition, RowCondition } from '../../api/kind-definition.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ListMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { compileJsonPath, JsonPathError } from '../../apimachinery/schema/json-path.ts';
import { cellOf } from './cell.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { toPartialObject } from './partial-object.ts';

/** How much of the object each row carries (TableOptions.includeObject). */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly includeObject: IncludeObject;
  readonly now: Date;
  /** Of the list; for a single object its resourceVersion. */
  readonly metadata: ListMeta;
  /** Of meta.k8s.io; default v1. */
  readonly version?: string | undefined;
  /** False for every watch event but the first: columns are told once. */
  readonly withColumns?: boolean;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly TableColumn[] | null;
  readonly rows: readonly TableRow[] | null;
}

/** meta/v1 TableRow. */
export interface TableRow {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly RowCondition[];
  readonly object: object | null;
}

/** meta/v1 TableColumnDefinition. */
export type TableColumn = Required<Omit<ColumnDefinition, 'jsonPath'>>;

type Cells = (object: UnstructuredObject, now: Date) => readonly unknown[];

const compiled = new WeakMap<KindDefinition, Cells>();

const isReadable = ({ jsonPath }: ColumnDefinition): boolean => {
  try {
    compileJsonPath(jsonPath ?? '');
    return true;
  } catch {
    return false;
  }
};

const shown = new WeakMap<KindDefinition, readonly ColumnDefinition[]>();

/** As in the original, a column whose path cannot be read ends the table: neither it nor what follows is shown. */
const columnsOf = (definition: KindDefinition): readonly ColumnDefinition[] => {
  const { columns, cells } = definition;
  if (cells) return columns;
  let readable = shown.get(definition);
  if (!readable) {
    const end = columns.findIndex((column) => !isReadable(column));
    const kept = end < 0 ? columns : columns.slice(0, end);
    shown.set(definition, (readable = kept.length > 0 ? kept : [nameColumn, ageColumn]));
  }
  return readable;
};

/** Cells by the columns' JSONPaths: of several values a path finds, the first is shown. */
const cellsByPath = (columns: readonly ColumnDefinition[]): Cells => {
  const cells = columns.map(({ type, jsonPath }) => {
    const find = compileJsonPath(jsonPath ?? '');
    // A path that once took too long is not followed again.
    let isHopeless = false;
    const value = (object: UnstructuredObject): unknown => {
      if (isHopeless) return undefined;
      try {
        return find(object)[0];
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        isHopeless = true;
        return undefined;
      }
    };
    return (object: UnstructuredObject, now: Date) => cellOf(type, value(object), now);
  });
  return (object, now) => cells.map((cell) => cell(object, now));
};

const cellsOf = (definition: KindDefinition): Cells => {
  if (definition.cells) return definition.cells;
  let cells = compiled.get(definition);
  if (!cells) compiled.set(definition, (cells = cellsByPath(columnsOf(definition))));
  return cells;
};

/** Reads the includeObject query parameter. @throws StatusError BadRequest */
export const parseIncludeObject = (value: string | null): IncludeObject => {
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw new StatusError(
    'BadRequest',
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
};

/** What a row carries of its object. */
export const rowObject = (
  object: UnstructuredObject,
  { includeObject, version }: Pick<TableOptions, 'includeObject' | 'version'>,
): object | null => (includeObject === 'None' ? null : includeObject === 'Object' ? object : toPartialObject(object, version));

/** Kinds that print no more than a name and a time have no row of their own making: none is null, as in the original. */
const hasDefaultColumns = ({ custom, columns }: KindDefinition): boolean => !custom && columns[1]?.name === 'Created At';

/** meta/v1 Table of objects of one kind: what kubectl get prints. */
export const toTable = (definition: KindDefinition, objects: readonly UnstructuredObject[], options: TableOptions): Table => {
  const cells = cellsOf(definition);
  const ordered = definition.rowOrder ? objects.toSorted(definition.rowOrder) : objects;
  const rows = ordered.map((object): TableRow => {
    const conditions = definition.rowConditions?.(object) ?? [];
    return {
      cells: cells(object, options.now),
      ...(conditions.length > 0 ? { conditions } : {}),
      object: rowObject(object, options),
    };
  });
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version ?? 'v1'}`,
    metadata: options.metadata,
    columnDefinitions:
      options.withColumns === false
        ? null
        : columnsOf(definition).map(({ name, type, format = '', description = '', priority }) => ({
            name,
            type,
            format,
            description,
            priority,
          })),
    rows: rows.length === 0 && hasDefaultColumns(definition) ? null : rows,
  };
};
