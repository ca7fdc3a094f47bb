import { formatOf } from '../../schema/formats.ts';
import {
  asPrefix,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isQualifiedName,
  type NameCheck,
} from '../../validation/names.ts';
import { List, OpaqueValue, Optional } from '../values.ts';
import { declare, declareMember, parseType, type Overload } from './declare.ts';

export interface NamedFormat {
  readonly name: string;
  readonly check: NameCheck;
  /** How costly its expression counts. */
  readonly regexSize: number;
}

const formatType = parseType('kubernetes.NamedFormat');
const byPredicate =
  (format: string, message: string): NameCheck =>
  (text) =>
    formatOf(format)?.(text) === true ? [] : [message];

const formats: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: { name: 'DNS1123Label', check: isDns1123Label, regexSize: 30 },
  dns1123Subdomain: { name: 'DNS1123Subdomain', check: isDns1123Subdomain, regexSize: 60 },
  dns1035Label: { name: 'DNS1035Label', check: isDns1035Label, regexSize: 30 },
  qualifiedName: { name: 'QualifiedName', check: isQualifiedName, regexSize: 60 },
  dns1123LabelPrefix: { name: 'DNS1123LabelPrefix', check: asPrefix(isDns1123Label), regexSize: 30 },
  dns1123SubdomainPrefix: { name: 'DNS1123SubdomainPrefix', check: asPrefix(isDns1123Subdomain), regexSize: 60 },
  dns1035LabelPrefix: { name: 'DNS1035LabelPrefix', check: asPrefix(isDns1035Label), regexSize: 30 },
  labelValue: { name: 'LabelValue', check: isLabelValue, regexSize: 40 },
  uri: { name: 'URI', check: byPredicate('uri', 'invalid URI'), regexSize: 1000 },
  uuid: { name: 'uuid', check: byPredicate('uuid', 'does not match the UUID format'), regexSize: 81 },
  byte: { name: 'byte', check: byPredicate('byte', 'invalid base64'), regexSize: 94 },
  date: { name: 'date', check: byPredicate('date', 'invalid date'), regexSize: 120 },
  datetime: { name: 'datetime', check: byPredicate('datetime', 'invalid datetime'), regexSize: 120 },
};

const values = new Map(
  Object.entries(formats).map(([name, format]) => [name, new OpaqueValue(formatType, format, (left, right) => left === right)] as const),
);

const named = (name: string): Optional => {
  const value = values.get(name);
  return value ? new Optional(value) : Optional.none;
};
const validate = (format: OpaqueValue<NamedFormat>, text: string): Optional => {
  const messages = format.value.check(text);
  return messages.length === 0 ? Optional.none : new Optional(new List(messages));
};

/** Kubernetes' named formats: `format.dns1123Label().validate(s)` is none, or the messages. */
export const namedFormats: readonly Overload[] = [
  ...[...values].map(([name, value]) => declare(`format.${name}() kubernetes.NamedFormat`, () => value)),
  declare('format.named(string) optional(kubernetes.NamedFormat)', named),
  declareMember('validate(kubernetes.NamedFormat, string) optional(list(string))', validate),
];
