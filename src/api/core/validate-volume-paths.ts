import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';

export const hasBacksteps = (value: string): boolean => value.split('/').includes('..');

/** No part of the path leads upwards. */
export const noBacksteps = (value: string, path: string): FieldError[] =>
  hasBacksteps(value) ? [invalid(path, value, "must not contain '..'")] : [];

/** A relative path that stays below where it starts. */
export const descendingPath = (value: string, path: string): FieldError[] => [
  ...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []),
  ...noBacksteps(value, path),
];

/** The same, and its first part does not begin with two dots, which the kubelet keeps for itself. */
export const localPath = (value: string, path: string): FieldError[] => [
  ...descendingPath(value, path),
  ...(value.startsWith('..') && !value.startsWith('../') ? [invalid(path, value, "must not start with '..'")] : []),
];

const fileModeMessage = 'must be a number between 0 and 0777 (octal), both inclusive';

export const fileMode = (mode: number | undefined, path: string): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, fileModeMessage)] : [];
