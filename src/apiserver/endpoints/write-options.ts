import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { validatePatchOptions, validateWriteOptions } from '../../apimachinery/validation/request-options.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import type { WriteRequest } from '../registry/registry.ts';
import { writeDeadline } from '../http/request-timeout.ts';
import type { FieldValidation } from './decode-object.ts';
import type { ResourceRequest } from './resource-request.ts';

const maxManagerLength = 128;

/** The name of a client that gave no fieldManager: its user agent up to the first slash. */
export const managerOf = (query: URLSearchParams, userAgent: string | undefined): string => {
  const given = query.get('fieldManager');
  if (given) return given;
  const agent = (userAgent ?? '').split('/')[0] ?? '';
  return agent.replace(/[^\x20-\x7e]/g, '').slice(0, maxManagerLength) || 'unknown';
};

export type WriteOptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

export interface ParsedWriteOptions {
  readonly write: WriteRequest;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** A write's options as an object of meta.k8s.io, as webhooks are told them. */
interface GivenOptions extends Record<string, unknown> {
  readonly kind: WriteOptionsKind;
  readonly apiVersion: string;
  fieldManager?: string;
  fieldValidation?: string;
  dryRun?: string[];
  force?: boolean;
}

/** A deletion writes no fields: what is said of them is not looked at. */
const checkOptions = ({ kind, ...options }: GivenOptions, apply: boolean): FieldError[] => {
  if (kind === 'PatchOptions') return validatePatchOptions(options, apply);
  return validateWriteOptions(
    kind === 'DeleteOptions' && options.dryRun ? { dryRun: options.dryRun } : kind === 'DeleteOptions' ? {} : options,
  );
};

/** Admission is told of an update by whatever a patch becomes, not of a patch. */
const admittedOptions = ({ force, kind, ...options }: GivenOptions): WriteRequest['options'] =>
  kind === 'PatchOptions' ? { kind: 'UpdateOptions', ...options } : { kind, ...options, ...(force === undefined ? {} : { force }) };

/** The same write where it turns out to be a creation. */
export const asCreation = (write: WriteRequest): WriteRequest => ({
  ...write,
  isCreationByUpdate: true,
  options: { ...write.options, kind: 'CreateOptions' },
});

/** The query parameters of a write. @throws StatusError Invalid */
export const parseWriteOptions = (
  { request, user, info, query, definition, warnings, annotate, deadline }: ResourceRequest,
  kind: WriteOptionsKind,
  { apply = false }: { readonly apply?: boolean } = {},
): ParsedWriteOptions => {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const given = query.get('fieldValidation') ?? '';
  const force = query.get('force');
  const options: GivenOptions = { kind, apiVersion: 'meta.k8s.io/v1' };
  if (fieldManager !== '') options.fieldManager = fieldManager;
  if (given !== '') options.fieldValidation = given;
  if (dryRun.length > 0) options.dryRun = dryRun;
  if (force !== null) options.force = force === 'true' || force === '1' || force === '';
  const errors = checkOptions(options, apply);
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    write: {
      definition,
      namespace: definition.namespaced ? info.namespace : '',
      name: info.name,
      subresource: info.subresource,
      user,
      dryRun: dryRun.length > 0,
      fieldManager: managerOf(query, request.headers['user-agent']),
      options: admittedOptions(options),
      warn: (text) => warnings.add(text),
      annotate,
      deadline: writeDeadline(deadline),
    },
    fieldValidation: given === '' ? 'Warn' : (given as FieldValidation),
    force: options.force === true,
  };
};
