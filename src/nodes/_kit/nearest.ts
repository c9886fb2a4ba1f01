/** The names most like a wish, best first: what an unknown name was probably meant to be. */
export function nearestNames(wish: string, names: readonly string[], most = 3): string[] {
  const target = wish.toLowerCase();
  return names
    .map((name) => ({ name, distance: likeness(target, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(2, Math.floor(Math.max(wish.length, name.length) / 3)),
    )
    .sort((left, right) => left.distance - right.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Letters to change, or 1 where one name holds the other and enough of it to mean it. */
function likeness(left: string, right: string): number {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short.length > 2 && long.includes(short)) return left === right ? 0 : 1;
  return editDistance(left.slice(0, 64), right.slice(0, 64));
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_cell, at) => at);
  for (let down = 1; down <= left.length; down += 1) {
    const next = [down];
    for (let across = 1; across <= right.length; across += 1) {
      const change = left[down - 1] === right[across - 1] ? 0 : 1;
      const above = row[across] ?? 0;
      const before = next[across - 1] ?? 0;
      next.push(Math.min(above + 1, before + 1, (row[across - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
