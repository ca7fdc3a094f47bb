import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  opaqueType,
  optionalType,
  stringType,
  timestampType,
  uintType,
  type CelType,
} from '../types.ts';
import type { Value } from '../values.ts';

/** One signature of a function. Of a member the receiver is the first parameter. */
export interface Overload {
  /** Told apart where costs differ; otherwise derived from the signature. */
  readonly id: string;
  readonly name: string;
  readonly isMember: boolean;
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  readonly call: (...args: Value[]) => Value;
}

const primitives: Readonly<Record<string, CelType>> = {
  bool: boolType,
  int: intType,
  uint: uintType,
  double: doubleType,
  string: stringType,
  bytes: bytesType,
  null: nullType,
  dyn: dynType,
  timestamp: timestampType,
  duration: durationType,
  type: { kind: 'type', of: undefined },
};
const opaques = new Map<string, CelType>();

/** Reads a type as signatures write it: `list(A)`, `map(string, int)`, `optional(T)`, a single capital is a type variable. */
export const parseType = (text: string): CelType => {
  const generic = /^(\w+)\((.*)\)$/.exec(text);
  if (generic) {
    const [, name, inner = ''] = generic;
    const [first = '', second = ''] = splitArguments(inner);
    if (name === 'list') return listType(parseType(first));
    if (name === 'type') return { kind: 'type', of: parseType(first) };
    if (name === 'optional') return optionalType(parseType(first));
    if (name === 'map') return mapType(parseType(first), parseType(second));
  }
  const known = primitives[text];
  if (known) return known;
  if (/^[A-Z]$/.test(text)) return { kind: 'param', name: text };
  const opaque = opaques.get(text) ?? opaqueType(text);
  opaques.set(text, opaque);
  return opaque;
};

const splitArguments = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of text) {
    if (character === ',' && depth === 0) {
      parts.push(current.trim());
      current = '';
      continue;
    }
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    current += character;
  }
  return current.trim() === '' ? parts : [...parts, current.trim()];
};

type Implementation = (...args: never[]) => Value;

/** A global function: `declare('sets.contains(list(T), list(T)) bool', …)`. */
export const declare = (signature: string, implementation: Implementation, id?: string): Overload =>
  build(signature, implementation, { id, isMember: false });

/** A member function, its receiver first: `declareMember('contains(string, string) bool', …)` is `s.contains(t)`. */
export const declareMember = (signature: string, implementation: Implementation, id?: string): Overload =>
  build(signature, implementation, { id, isMember: true });

const build = (
  signature: string,
  implementation: Implementation,
  { id, isMember }: { id: string | undefined; isMember: boolean },
): Overload => {
  const open = signature.indexOf('(');
  const close = matching(signature, open);
  return {
    id: id ?? `${isMember ? '.' : ''}${signature}`,
    name: signature.slice(0, open),
    isMember,
    parameters: splitArguments(signature.slice(open + 1, close)).map(parseType),
    result: parseType(signature.slice(close + 1).trim()),
    call: implementation as (...args: Value[]) => Value,
  };
};

const matching = (text: string, open: number): number => {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
};
