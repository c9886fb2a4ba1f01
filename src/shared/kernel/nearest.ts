/** Up to `limit` of the names that look most like a misspelt one, the nearest first; none when nothing is near. */
export function nearest(wrong: string, names: Iterable<string>, limit = 3): string[] {
  const wanted = wrong.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const scored: { name: string; distance: number }[] = [];
  for (const name of names) {
    const other = name.toLowerCase();
    if (Math.abs(other.length - wanted.length) > allowed && !related(wanted, other)) continue;
    const distance = related(wanted, other) ? 1 : editDistance(wanted, other);
    if (distance <= allowed) scored.push({ name, distance });
  }
  return scored
    .sort((left, right) => left.distance - right.distance || left.name.localeCompare(right.name))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** One name is most of the other: "amount" and "total_amount". */
function related(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length >= 3 && short.length * 3 >= long.length && long.includes(short);
}

/** Letters to add, drop, change or swap with a neighbour. Names are short; long ones are cut. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64);
  const b = right.slice(0, 64);
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_unused, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const choices = [
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) choices.push((before[column - 2] ?? 0) + 1);
      next.push(Math.min(...choices));
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
