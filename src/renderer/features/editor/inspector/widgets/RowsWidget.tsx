import { ClipboardPaste, Columns3, Plus, X } from 'lucide-react';
import { type ClipboardEvent, useMemo, useState } from 'react';
import { Button, Combobox, cx, formatPlural, IconButton, toast } from '../../../../ui/index.ts';
import * as rows from '../../form/rows-table.ts';
import { parseDelimited, readTable } from '../../graph/table-text.ts';
import { columnIcon, typeOptions } from '../column-icon.ts';
import type { WidgetProps } from '../widget-props.ts';

const shownRows = 200;

/** A small table typed in place; pasting cells from a spreadsheet fills it. */
export function RowsWidget({ value, onChange }: WidgetProps) {
  const table = useMemo(() => rows.readRows(value), [value]);
  const [column, setColumn] = useState<number>();
  const change = (next: rows.Table, typing = false) =>
    onChange({ columns: next.columns, rows: next.rows }, typing);
  const shown = table.rows.slice(0, shownRows);
  const head = column === undefined ? undefined : table.columns[column];

  const paste = (event: ClipboardEvent, row: number, at: number) => {
    const text = event.clipboardData.getData('text/plain');
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    change(fillFrom(table, parseDelimited(text), row, at));
  };
  const pasteTable = async () => {
    try {
      const parsed = readTable(await navigator.clipboard.readText());
      if (parsed) change(rows.fromParsed(parsed));
      else toast.info('The clipboard holds no table with a header and two columns.');
    } catch {
      toast.info('The browser does not let this page read the clipboard. Click a cell and press Ctrl+V.');
    }
  };
  return (
    <div className="space-y-1.5">
      <div className="max-h-80 overflow-auto rounded-md border border-line-strong">
        <table className="border-collapse font-mono text-data">
          <thead className="sticky top-0 z-10 bg-sunken">
            <tr>
              {table.columns.map(({ name, type }, index) => {
                const Icon = columnIcon(type);
                return (
                  <th
                    key={name}
                    scope="col"
                    className="border-r border-b border-line p-0 text-left font-medium"
                  >
                    <button
                      type="button"
                      data-ring="inside"
                      aria-expanded={column === index}
                      title="Rename, change the type, remove"
                      className={cx(
                        'flex h-7 w-full min-w-24 items-center gap-1.5 px-2 hover:bg-hover',
                        column === index && 'bg-accent-soft',
                      )}
                      onClick={() => setColumn(column === index ? undefined : index)}
                    >
                      <Icon size={12} aria-label={type} className="shrink-0 text-muted" />
                      <span className="max-w-40 truncate">{name}</span>
                    </button>
                  </th>
                );
              })}
              <th className="border-b border-line p-0">
                <IconButton
                  size="sm"
                  icon={Columns3}
                  label="Add a column"
                  onClick={() => change(rows.addColumn(table))}
                />
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place.
              <tr key={row} className="group/row">
                {table.columns.map(({ name }, at) => (
                  <td key={name} className="border-r border-b border-line p-0">
                    <input
                      data-ring="inside"
                      aria-label={`Row ${row + 1}, ${name}`}
                      value={rows.cellText(cells[at])}
                      placeholder="empty"
                      className="h-7 w-full min-w-24 bg-transparent px-2 placeholder:text-transparent focus:placeholder:text-faint placeholder:italic"
                      onPaste={(event) => paste(event, row, at)}
                      onChange={(event) => change(rows.setCell(table, row, at, event.target.value), true)}
                    />
                  </td>
                ))}
                <td className="border-b border-line p-0">
                  <IconButton
                    size="sm"
                    icon={X}
                    label={`Remove row ${row + 1}`}
                    className="opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100"
                    onClick={() => change(rows.removeRow(table, row))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {table.rows.length > shownRows && (
          <p className="px-2 py-1 text-meta text-muted">
            The first {shownRows} of {formatPlural(table.rows.length, 'row')} are shown here; the Data panel
            shows all.
          </p>
        )}
      </div>
      {head && column !== undefined && (
        <div className="grid grid-cols-[1fr_1fr_auto] gap-1 rounded-md border border-line bg-sunken p-1.5">
          <input
            aria-label="Name of the column"
            value={head.name}
            className="h-control min-w-0 rounded-control border border-line-strong bg-field px-2 font-mono text-data"
            onChange={(event) =>
              change(rows.setColumn(table, column, { ...head, name: event.target.value }), true)
            }
          />
          <Combobox
            freeText
            value={head.type}
            options={typeOptions}
            aria-label="Type of the column"
            onChange={(type) => change(rows.setColumn(table, column, { ...head, type: type ?? 'VARCHAR' }))}
          />
          <IconButton
            icon={X}
            label={`Remove the column ${head.name}`}
            onClick={() => {
              setColumn(undefined);
              change(rows.removeColumn(table, column));
            }}
          />
        </div>
      )}
      <div className="flex gap-1">
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => change(rows.addRow(table))}>
          Add row
        </Button>
        <Button size="sm" variant="ghost" icon={ClipboardPaste} onClick={() => void pasteTable()}>
          Paste a table
        </Button>
      </div>
    </div>
  );
}

/** Puts pasted cells into the table from a cell on, growing it downwards. */
function fillFrom(
  table: rows.Table,
  cells: readonly (readonly string[])[],
  row: number,
  column: number,
): rows.Table {
  let next = table;
  while (next.rows.length < row + cells.length) next = rows.addRow(next);
  cells.forEach((line, dy) => {
    line.forEach((text, dx) => {
      if (column + dx < next.columns.length) next = rows.setCell(next, row + dy, column + dx, text);
    });
  });
  return next;
}
