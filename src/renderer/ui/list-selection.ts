/** Ids chosen in a list, and the row a range starts from. */
export interface ListSelection {
  ids: ReadonlySet<string>;
  anchor: number | null;
}

export const noSelection: ListSelection = { ids: new Set(), anchor: null };

/** Flips one row; with `range`, every row from the anchor to it takes the anchor's state. */
export function toggleRow(
  from: ListSelection,
  order: readonly string[],
  index: number,
  range: boolean,
): ListSelection {
  const id = order[index];
  if (id === undefined) return from;
  const ids = new Set(from.ids);
  const anchorId = from.anchor === null ? undefined : order[from.anchor];
  if (!range || from.anchor === null || anchorId === undefined) {
    if (!ids.delete(id)) ids.add(id);
    return { ids, anchor: index };
  }
  const on = from.ids.has(anchorId);
  const [low, high] = from.anchor < index ? [from.anchor, index] : [index, from.anchor];
  for (const each of order.slice(low, high + 1)) {
    if (on) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: from.anchor };
}

/** State of the box over the list. */
export function headState(ids: ReadonlySet<string>, order: readonly string[]): boolean | 'mixed' {
  let chosen = 0;
  for (const id of order) if (ids.has(id)) chosen++;
  if (chosen === 0) return false;
  return chosen === order.length ? true : 'mixed';
}
