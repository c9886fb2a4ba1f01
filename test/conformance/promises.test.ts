/** The tables of docs/api/promises: every test that they name exists, and no document is without its table. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { doorNames } from '../../src/shared/contract/domain.ts';

const root = join(import.meta.dirname, '../..');

interface Row {
  readonly sentence: string;
  readonly does: string;
  readonly held: readonly string[];
}

function rowsOf(door: string): Row[] {
  const text = readFileSync(join(root, `docs/api/promises/${door}.md`), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| sentence'));
  return lines.map((line) => {
    const [sentence = '', does = '', held = ''] = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    return { sentence, does, held: held === '—' ? [] : held.split('<br>') };
  });
}

/** What is wrong with the name of a test, or undefined. */
function fault(named: string): string | undefined {
  const [, file = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(named) ?? [];
  if (!existsSync(join(root, file)) || title === '') return `${named}: there is no such file`;
  const source = readFileSync(join(root, file), 'utf8');
  const written = [`'${title}'`, `"${title}"`, `\`${title}\``];
  return written.some((text) => source.includes(text)) ? undefined : `${named}: there is no such test`;
}

describe.each(doorNames)('%s', (door) => {
  test('every test that the table names exists', () => {
    const rows = rowsOf(door);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.flatMap(({ held }) => held.flatMap((named) => fault(named) ?? []))).toEqual([]);
  });

  test('a sentence without a test says that it is not kept', () => {
    for (const { held, does } of rowsOf(door))
      if (held.length === 0) expect(does).toMatch(/^\*\*(Not|Nothing)/);
  });
});
