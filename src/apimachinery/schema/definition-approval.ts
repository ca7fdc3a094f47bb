import type { FieldError } from '../validation/field-error.ts';
import { invalid, required } from '../validation/field-errors.ts';

const annotation = 'api-approved.kubernetes.io';
const seeAlso = 'see https://github.com/kubernetes/enhancements/pull/1111';

interface Approvable {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly group: string };
}

type Approval = 'approved' | 'missing' | 'invalid';

const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

const approvalOf = (text: string | undefined): Approval => {
  if (text === undefined || text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'approved';
  return URL.canParse(text) && new URL(text).host !== '' ? 'approved' : 'invalid';
};

/** Groups of the Kubernetes community need an approval annotation (KEP-1111); an update may keep the state it found. */
export const checkApproval = (definition: Approvable, old: Approvable | undefined): FieldError[] => {
  if (!isProtected(definition.spec.group)) return [];
  const text = definition.metadata.annotations?.[annotation];
  const approval = approvalOf(text);
  if (approval === 'approved' || (old && approvalOf(old.metadata.annotations?.[annotation]) === approval)) return [];
  const field = `metadata.annotations[${annotation}]`;
  const detail = `protected groups must have approval annotation "${annotation}"`;
  return approval === 'missing'
    ? [required(field, `${detail}, ${seeAlso}`)]
    : [invalid(field, text, `${detail} with either a URL or a reason starting with "unapproved", ${seeAlso}`)];
};
