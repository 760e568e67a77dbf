/** How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, (before[column - 2] ?? 0) + 1);
      line.push(best);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}

/** The known name that somebody who wrote `name` most likely meant, if one is close: a third of its letters may differ. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const plain = simplify(name);
  let closest: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = candidate === name ? 0 : editDistance(plain, simplify(candidate));
    if (distance < least) {
      closest = candidate;
      least = distance;
    }
  }
  return closest;
}

/** `did you mean "order"?`, or what there is to choose from if nothing is close. */
export function suggestName(name: string, known: readonly string[]): string {
  const closest = closestName(name, known);
  return closest === undefined ? `known are ${known.join(', ')}` : `did you mean "${closest}"?`;
}

/** Case and separators aside: `max_pages` and `maxPages` are the same mistake. */
function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ .]/g, '');
}
