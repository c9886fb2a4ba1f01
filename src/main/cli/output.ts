/** Everything a command prints for people or programs goes through here. */
export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Exactly one line of JSON. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value));
}

export function warn(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Columns padded to their widest cell; nothing at all for no rows. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  for (const row of [headings, ...rows]) {
    printLine(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
