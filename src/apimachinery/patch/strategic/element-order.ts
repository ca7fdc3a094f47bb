import type { Json } from '../../meta/object.ts';
import { isMap, patchDirective, setOrderPrefix } from './directives.ts';
import { goPrint } from '../../text/go-print.ts';
import { missingMergeKey, StrategicPatchError, wrongType } from './strategic-patch-error.ts';

/** What tells list items apart: the merge key's value, or a primitive item itself. @throws {StrategicPatchError} without a key */
const identityOf = (item: Json | undefined, mergeKey: string): Json => {
  if (mergeKey === '' || item === undefined) return item ?? null;
  if (!isMap(item)) throw wrongType({}, item);
  const value = item[mergeKey];
  if (value === undefined) throw missingMergeKey(item, mergeKey);
  return value;
};

/** Where each item is, by what tells it apart; the first of several alike. */
export const indexById = <T extends Json>(items: readonly T[], idOf: (item: T) => Json | undefined): Map<Json | undefined, number> => {
  const indexes = new Map<Json | undefined, number>();
  items.forEach((item, i) => {
    const id = idOf(item);
    if (!indexes.has(id)) indexes.set(id, i);
  });
  return indexes;
};

interface OrderOptions {
  readonly mergeKey: string;
  /** The order that the patch asks for. */
  readonly wanted: readonly Json[];
  /** The live list, whose order decides where the items that the patch does not name go. */
  readonly live: readonly Json[];
}

/**
 * Orders a merged list: the patch's items among themselves as wanted, the others among themselves as they were, and each of the
 * others before the first patch item that followed it in the live list.
 */
export function orderElements(merged: readonly Json[], { mergeKey, wanted, live }: OrderOptions): Json[] {
  const wantedIndexes = indexById(wanted, (item) => identityOf(item, mergeKey));
  const liveIndexes = indexById(live, (item) => identityOf(item, mergeKey));
  const wantedAt = (item: Json): number => wantedIndexes.get(identityOf(item, mergeKey)) ?? -1;
  const liveAt = (item: Json): number => liveIndexes.get(identityOf(item, mergeKey)) ?? -1;
  const patched = merged.filter((item) => wantedAt(item) >= 0).toSorted((a, b) => wantedAt(a) - wantedAt(b));
  const others = merged.filter((item) => wantedAt(item) < 0).toSorted((a, b) => liveAt(a) - liveAt(b));
  const ordered: Json[] = [];
  let next = 0;
  for (const item of patched) {
    const limit = liveAt(item);
    while (next < others.length) {
      const other = others[next] ?? null;
      const at = liveAt(other);
      if (at < 0 || limit < 0 || at >= limit) break;
      ordered.push(other);
      next++;
    }
    ordered.push(item);
  }
  return [...ordered, ...others.slice(next)];
}

const hasDirective = (item: Json | undefined): boolean => isMap(item) && Object.hasOwn(item, patchDirective);

/** @throws {StrategicPatchError} when the patch's list is not in the order that `$setElementOrder` states */
export function checkSetOrder(patchList: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (patchList.length === 0 || order.length === 0) return;
  const stray = mergeKey === '' ? undefined : patchList.find((item) => !isMap(item));
  if (stray !== undefined) throw wrongType({}, stray);
  const items = patchList.filter((item) => !hasDirective(item));
  let at = 0;
  for (const item of order) {
    if (at < items.length && identityOf(items[at], mergeKey) === identityOf(item, mergeKey)) at++;
  }
  if (at === items.length) return;
  const directive = setOrderPrefix.slice(0, -1);
  throw new StrategicPatchError(`The order in patch list:\n${goPrint(patchList)}\n doesn't match ${directive} list:\n${goPrint(order)}\n`);
}
