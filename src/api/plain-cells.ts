import { cellsOf } from './typed.ts';

/** For kinds without a printer: name and creation time. */
export const plainCells = cellsOf(({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null]);
