// biome-ignore-all lint/a11y/useSemanticElements: cells are placed by hand, which table elements do not allow
import { memo } from 'react';
import { cx } from '../cx.ts';
import { type Cell, cellDetail, cellLine, type GridRow, type TypeFamily } from './cell.ts';
import { rowHeight } from './scroll.ts';
import { type CellPosition, type GridRange, isInRange } from './selection.ts';

interface GridLineProps {
  base: string;
  index: number;
  top: number;
  row: GridRow | undefined;
  edges: readonly number[];
  families: readonly TypeFamily[];
  startColumn: number;
  endColumn: number;
  gutterWidth: number;
  /** The selection, only when it touches this row, so that other rows need not be drawn again. */
  range: GridRange | undefined;
  focus: CellPosition | undefined;
}

/** One row. Cells carry their place as data attributes; the grid listens once for all of them. */
export const GridLine = memo(function GridLine(props: GridLineProps) {
  const { base, index, top, row, edges, families, startColumn, endColumn, gutterWidth, range, focus } = props;
  const wholeRow = range !== undefined && range.left === 0 && range.right === families.length - 1;
  const cells = [];
  for (let column = startColumn; column < endColumn; column++) {
    const left = gutterWidth + (edges[column] ?? 0);
    cells.push(
      <GridCell
        key={column}
        id={`${base}-${index}-${column}`}
        column={column}
        left={left}
        width={gutterWidth + (edges[column + 1] ?? 0) - left}
        loaded={row !== undefined}
        value={row?.[column]}
        family={families[column] ?? 'other'}
        selected={isInRange(range, index, column)}
        focused={focus?.column === column}
      />,
    );
  }
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and points at the active cell
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      style={{ top, height: rowHeight, width: gutterWidth + (edges.at(-1) ?? 0) }}
      className="absolute left-0 border-b border-line hover:bg-hover"
    >
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div
        role="rowheader"
        aria-colindex={1}
        data-gutter
        style={{ width: gutterWidth }}
        className={cx(
          'sticky left-0 z-10 h-full border-r border-line pr-2 text-right font-mono text-micro leading-[27px] nums',
          wholeRow ? 'bg-n5 text-ink' : range ? 'bg-n4 text-ink' : 'bg-sunken text-faint',
        )}
      >
        {index + 1}
      </div>
      {cells}
    </div>
  );
});

interface GridCellProps {
  id: string;
  column: number;
  left: number;
  width: number;
  loaded: boolean;
  value: Cell;
  family: TypeFamily;
  selected: boolean;
  focused: boolean;
}

function GridCell({ id, column, left, width, loaded, value, family, selected, focused }: GridCellProps) {
  const isNull = value === null || value === undefined;
  const line = isNull ? 'null' : cellLine(value);
  const end = family === 'number' || typeof value === 'number' || typeof value === 'bigint';
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and points at the active cell
    <div
      id={id}
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={selected}
      data-column={column}
      title={loaded && line.length * 7.25 > width - 18 ? cellDetail(value).slice(0, 2000) : undefined}
      style={{ left, width }}
      className={cx(
        'absolute top-0 h-full truncate border-r border-line px-2 font-mono text-data leading-[27px] nums select-none [unicode-bidi:plaintext]',
        end ? 'text-right' : 'text-left',
        isNull && loaded && 'text-faint italic',
        selected && 'bg-accent-soft',
        focused && 'z-[5] outline-2 -outline-offset-2 outline-focus',
      )}
    >
      {loaded ? (
        line
      ) : (
        <span aria-hidden className="inline-block h-2 w-3/5 animate-late rounded-xs bg-n5 align-middle" />
      )}
    </div>
  );
}
