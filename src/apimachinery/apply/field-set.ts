import { comparePathElements, type PathElement } from './path-element.ts';

/** A step of a set of paths: whether the path that ends here is in the set, and the paths that go on from here. */
export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet | undefined;
}

/** A set of field paths as a trie. Sets are values: operations return new ones and share what did not change. */
export interface FieldSet extends Iterable<readonly [PathElement, FieldNode]> {
  readonly size: number;
  get(element: PathElement): FieldNode | undefined;
  keys(): Iterable<PathElement>;
}

export const emptyFieldSet: FieldSet = new Map();

const leaf: FieldNode = { member: true, children: undefined };

const put = (set: Map<PathElement, FieldNode>, element: PathElement, { member, children }: FieldNode): void => {
  if (member || (children && children.size > 0))
    set.set(element, { member, children: children && children.size > 0 ? children : undefined });
};

export function unionFieldSets(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const union = new Map(a);
  for (const [element, right] of b) {
    const left = a.get(element);
    if (!left) union.set(element, right);
    else {
      const children = left.children && right.children ? unionFieldSets(left.children, right.children) : (left.children ?? right.children);
      union.set(element, { member: left.member || right.member, children });
    }
  }
  return union;
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. */
export function subtractFieldSets(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0 || b.size === 0) return a;
  const difference = new Map<PathElement, FieldNode>();
  for (const [element, left] of a) {
    const right = b.get(element);
    if (!right) difference.set(element, left);
    else {
      const children = left.children && right.children ? subtractFieldSets(left.children, right.children) : left.children;
      put(difference, element, { member: left.member && !right.member, children });
    }
  }
  return difference;
}

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export function subtractRecursively(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0 || b.size === 0) return a;
  const difference = new Map<PathElement, FieldNode>();
  for (const [element, left] of a) {
    const right = b.get(element);
    if (!right) difference.set(element, left);
    else if (!right.member) {
      const children = left.children && right.children ? subtractRecursively(left.children, right.children) : left.children;
      put(difference, element, { member: left.member, children });
    }
  }
  return difference;
}

export function intersectFieldSets(a: FieldSet, b: FieldSet): FieldSet {
  const intersection = new Map<PathElement, FieldNode>();
  for (const [element, left] of a) {
    const right = b.get(element);
    if (!right) continue;
    const children = left.children && right.children ? intersectFieldSets(left.children, right.children) : undefined;
    put(intersection, element, { member: left.member && right.member, children });
  }
  return intersection;
}

export const hasFieldPath = (set: FieldSet, path: readonly PathElement[]): boolean => {
  let node: FieldNode | undefined;
  let children: FieldSet | undefined = set;
  for (const element of path) {
    node = children?.get(element);
    children = node?.children;
  }
  return node?.member ?? false;
};

export function equalFieldSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [element, left] of a) {
    const right = b.get(element);
    if (!right || left.member !== right.member) return false;
    if (!equalFieldSets(left.children ?? emptyFieldSet, right.children ?? emptyFieldSet)) return false;
  }
  return true;
}

/** Every path of the set in canonical order: at each level first the paths that end there, then what goes on. */
export function* fieldPathsOf(set: FieldSet, prefix: readonly PathElement[] = []): Generator<readonly PathElement[]> {
  const elements = [...set.keys()].toSorted(comparePathElements);
  for (const element of elements) if (set.get(element)?.member) yield [...prefix, element];
  for (const element of elements) {
    const children = set.get(element)?.children;
    if (children) yield* fieldPathsOf(children, [...prefix, element]);
  }
}

/** Collects paths while a walk goes down and up: the maps on the way to where it is stay at hand. */
export class FieldSetBuilder {
  readonly #path: PathElement[] = [];
  /** Of the path's steps from the root on, as far down as something was inserted. */
  readonly #levels: Map<PathElement, FieldNode>[] = [new Map()];

  enter(element: PathElement): void {
    this.#path.push(element);
  }

  leave(): void {
    const depth = this.#path.length;
    if (this.#levels.length > depth) this.#levels.length = depth;
    this.#path.length = depth - 1;
  }

  /** Inserts where the walk is. The empty path is ignored: an object as a whole is nobody's field. */
  insert(): void {
    const last = this.#path.length - 1;
    if (last < 0) return;
    for (let depth = this.#levels.length; depth <= last; depth++) this.#open(depth);
    const level = this.#levels[last];
    const element = this.#path[last] ?? '';
    const node = level?.get(element);
    if (!node) level?.set(element, leaf);
    else if (!node.member) level?.set(element, { member: true, children: node.children });
  }

  #open(depth: number): void {
    const above = this.#levels[depth - 1];
    const element = this.#path[depth - 1] ?? '';
    const node = above?.get(element);
    let children = node?.children as Map<PathElement, FieldNode> | undefined;
    if (!children) {
      children = new Map();
      above?.set(element, { member: node?.member ?? false, children });
    }
    this.#levels[depth] = children;
  }

  build(): FieldSet {
    return this.#levels[0] ?? emptyFieldSet;
  }
}

/** The set of exactly these paths. */
export const fieldSetOf = (...paths: readonly (readonly PathElement[])[]): FieldSet => {
  const builder = new FieldSetBuilder();
  for (const path of paths) {
    for (const element of path) builder.enter(element);
    builder.insert();
    for (const _ of path) builder.leave();
  }
  return builder.build();
};
