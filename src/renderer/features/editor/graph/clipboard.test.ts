import { describe, expect, it } from 'vitest';
import { emptyDocument } from '../../../../shared/pipeline/document.ts';
import { addAfter, setConfig } from '../../../graph/edits.ts';
import { sampleDocument } from '../../../graph/testing.ts';
import { clipText, copyNodes, pasteClip, readClip } from './clipboard.ts';
import { parseDelimited, readTable, typeOfValues } from './table-text.ts';

describe('nodes on the clipboard', () => {
  const clip = () => {
    const copied = copyNodes(sampleDocument(), new Set(['filter', 'sort']));
    const read = readClip(clipText(copied ?? (undefined as never)));
    if (!read) throw new Error('the clip must be readable');
    return read;
  };

  it('comes back from its text with inner and outer wires apart', () => {
    expect(clip().edges).toEqual([{ from: 'filter', to: 'sort' }]);
    expect(clip().outside).toEqual([{ from: 'orders', to: 'filter' }]);
  });

  it('takes free ids and shifts the copies', () => {
    const pasted = pasteClip(sampleDocument(), clip());
    expect(pasted.ids).toEqual(['filter_2', 'sort_2']);
    expect(pasted.document.edges.at(-1)).toEqual({ from: 'filter_2', to: 'sort_2' });
    expect(pasted.document.nodes.find((node) => node.id === 'filter_2')?.at).toEqual([320, 32]);
  });

  it('brings the outer wires only when asked', () => {
    expect(pasteClip(sampleDocument(), clip(), { outsideWires: true }).document.edges).toContainEqual({
      from: 'orders',
      to: 'filter_2',
    });
    expect(pasteClip(emptyDocument('Other'), clip(), { outsideWires: true }).document.edges).toEqual([
      { from: 'filter', to: 'sort' },
    ]);
  });

  it('lets SQL follow the new ids but never touches texts in quotes', () => {
    const { document, id } = addAfter(sampleDocument(), 'sql', 'sort');
    const written = setConfig(document, id, { sql: "select 'sort' as word, * from sort" });
    const copied = copyNodes(written, new Set(['sort', id]));
    if (!copied) throw new Error('nothing copied');
    const pasted = pasteClip(written, copied);
    expect(pasted.document.nodes.at(-1)?.config.sql).toBe("select 'sort' as word, * from sort_2");
  });

  it('refuses any other text', () => {
    for (const text of [
      'hello',
      '{"a":1}',
      '{"sluice":"nodes"}',
      '{"sluice":"nodes","nodes":[],"edges":[]}',
      '{',
    ]) {
      expect(readClip(text)).toBeUndefined();
    }
  });
});

describe('tables on the clipboard', () => {
  it('reads tab-separated cells with quotes, line breaks inside them and empty cells', () => {
    expect(parseDelimited('a\tb\n"x\ny"\t"say ""hi"""\n\t2\n')).toEqual([
      ['a', 'b'],
      ['x\ny', 'say "hi"'],
      ['', '2'],
    ]);
  });

  it('makes names unique, empty cells null and finds types, keeping leading zeros as text', () => {
    const table = readTable('id,id,amount,day\n007,1,2.5,2024-01-31\n008,2,,2024-02-01');
    expect(table?.columns).toEqual([
      { name: 'id', type: 'VARCHAR' },
      { name: 'id_2', type: 'BIGINT' },
      { name: 'amount', type: 'DOUBLE' },
      { name: 'day', type: 'DATE' },
    ]);
    expect(table?.rows[1]).toEqual(['008', '2', null, '2024-02-01']);
  });

  it('takes prose for no table', () => {
    expect(readTable('just a line')).toBeUndefined();
    expect(readTable('one, two\nthree and nothing else, really, at all, here')).toBeUndefined();
  });

  it('types an all-empty column as text', () => {
    expect(typeOfValues([null, null])).toBe('VARCHAR');
  });
});
