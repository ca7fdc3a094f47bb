/** An object that series are named after. Once it is gone, what is recorded for it counts for nothing, even when another has its name. */
export interface Owner {
  readonly name: string;
  isGone: boolean;
}

/** Follows the objects of one kind that series are named after. */
export interface Owners {
  /** The one of this name, while it is there. */
  find(name: string): Owner | undefined;
  /** These are there now, by name with what tells one from the next of its name (a uid). Answers the names of those that are gone. */
  keep(present: ReadonlyMap<string, string>): ReadonlySet<string>;
}

export const createOwners = (): Owners => {
  const owners = new Map<string, { readonly identity: string; readonly owner: Owner }>();
  return {
    find: (name) => owners.get(name)?.owner,
    keep(present) {
      const gone = new Set<string>();
      for (const [name, { identity, owner }] of owners) {
        if (present.get(name) === identity) continue;
        owner.isGone = true;
        owners.delete(name);
        gone.add(name);
      }
      for (const [name, identity] of present) if (!owners.has(name)) owners.set(name, { identity, owner: { name, isGone: false } });
      return gone;
    },
  };
};
