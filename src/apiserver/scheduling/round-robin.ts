/** Items of many owners, taken one owner after the other; the owners of one group take turns among themselves. */
export class RoundRobin<T> {
  readonly #groups = new Map<unknown, Map<unknown, Set<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Behind the owner's other items. An item is there once. */
  push(item: T, owner: unknown, group: unknown = undefined): void {
    let owners = this.#groups.get(group);
    if (!owners) this.#groups.set(group, (owners = new Map<unknown, Set<T>>()));
    const items = owners.get(owner);
    if (items) items.add(item);
    else owners.set(owner, new Set([item]));
    this.#size += 1;
  }

  /** The next item; its group and its owner are last now. */
  shift(): T | undefined {
    const [group] = this.#groups;
    if (!group) return undefined;
    const [groupKey, owners] = group;
    const [[ownerKey, items]] = owners as unknown as [[unknown, Set<T>]];
    const [item] = items as unknown as [T];
    items.delete(item);
    owners.delete(ownerKey);
    if (items.size > 0) owners.set(ownerKey, items);
    this.#groups.delete(groupKey);
    if (owners.size > 0) this.#groups.set(groupKey, owners);
    this.#size -= 1;
    return item;
  }
}
