// Every part in every state, for looking at. Open with `npx vite src/renderer` and go to /ui/workbench.html.
import '../stores/theme.ts';
import './theme.css';
import { Archive, Copy, Database, Monitor, Moon, Pencil, Play, Plus, Sun, Trash2 } from 'lucide-react';
import { type ReactNode, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useTheme } from '../stores/theme.ts';
import * as Ui from './index.ts';

const statuses = Object.keys(Ui.statusLook) as Ui.Status[];
const fruit: Ui.Option[] = [
  { value: 'inner', label: 'Inner', note: 'only matches' },
  { value: 'left', label: 'Left', note: 'all from the first' },
  { value: 'full', label: 'Full outer, with a rather long label that is cut', group: 'Wide' },
  { value: 'cross', label: 'Cross', disabled: true, group: 'Wide' },
];
const many: Ui.Option[] = Array.from({ length: 400 }, (_, n) => ({
  value: `column_${n}`,
  label: `column_${n}`,
  note: n % 3 ? 'VARCHAR' : 'BIGINT',
}));

function Block({ title, children, wide }: { title: string; children: ReactNode; wide?: boolean }) {
  return (
    <section
      aria-label={title}
      className={Ui.cx('rounded-lg border border-line bg-panel p-4', wide && 'col-span-2')}
    >
      <h2 className="mb-3 text-meta font-medium text-muted">{title}</h2>
      {children}
    </section>
  );
}

function Row({ children }: { children: ReactNode }) {
  return <div className="mb-2 flex flex-wrap items-center gap-2">{children}</div>;
}

function Buttons() {
  const variants = ['primary', 'secondary', 'ghost', 'danger'] as const;
  return (
    <Block title="Buttons">
      {(['sm', 'md', 'lg'] as const).map((size) => (
        <Row key={size}>
          {variants.map((variant) => (
            <Ui.Button
              key={variant}
              size={size}
              variant={variant}
              icon={variant === 'primary' ? Play : undefined}
            >
              {variant === 'danger' ? 'Delete' : variant === 'primary' ? 'Run' : 'Save dataset'}
            </Ui.Button>
          ))}
        </Row>
      ))}
      <Row>
        <Ui.Button loading>Saving</Ui.Button>
        <Ui.Button variant="primary" disabled>
          Disabled
        </Ui.Button>
        <Ui.IconButton label="Edit" icon={Pencil} shortcut="mod+e" />
        <Ui.IconButton label="Pinned" icon={Archive} pressed />
        <Ui.IconButton label="Delete" icon={Trash2} variant="danger" />
        <Ui.IconButton label="Copy" icon={Copy} variant="secondary" />
        <Ui.Kbd keys="mod+shift+p" />
      </Row>
    </Block>
  );
}

function Fields() {
  const [text, setText] = useState('');
  const [number, setNumber] = useState<number | null>(1200);
  const [join, setJoin] = useState<string | null>('inner');
  const [column, setColumn] = useState<string | null>('column_7');
  const [columns, setColumns] = useState(['column_1', 'column_2']);
  const [on, setOn] = useState(true);
  const [mode, setMode] = useState<'all' | 'any'>('all');
  return (
    <Block title="Fields">
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        <Ui.Field label="Name" help="Shown in lists." required>
          <Ui.Input
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder="Orders by region"
          />
        </Ui.Field>
        <Ui.Field label="Path" error="There is no folder here. Choose one that exists.">
          <Ui.Input mono defaultValue="/data/orders" />
        </Ui.Field>
        <Ui.Field label="Limit" hint="optional">
          <Ui.NumberInput value={number} onChange={setNumber} min={0} integer unit="rows" />
        </Ui.Field>
        <Ui.Field label="Join type">
          <Ui.Select value={join} onChange={setJoin} options={fruit} />
        </Ui.Field>
        <Ui.Field label="Column">
          <Ui.Combobox value={column} onChange={setColumn} options={many} mono clearable freeText />
        </Ui.Field>
        <Ui.Field label="Columns">
          <Ui.MultiCombobox value={columns} onChange={setColumns} options={many} mono />
        </Ui.Field>
        <Ui.Field label="Note">
          <Ui.Textarea rows={2} placeholder="Anything worth knowing" />
        </Ui.Field>
        <div className="space-y-2 pt-5">
          <Ui.Checkbox label="Header row" checked={on} onChange={setOn} />
          <Ui.Checkbox label="Some of them" checked="mixed" onChange={() => undefined} />
          <Ui.Switch label="Start with the machine" checked={on} onChange={setOn} />
        </div>
        <Ui.Field label="Match" group>
          <Ui.SegmentedControl
            label="Match"
            full
            value={mode}
            onChange={setMode}
            options={[
              { value: 'all', label: 'All conditions' },
              { value: 'any', label: 'Any condition' },
            ]}
          />
        </Ui.Field>
        <Ui.Field label="Disabled" disabled>
          <Ui.Input defaultValue="can not be changed" />
        </Ui.Field>
      </div>
    </Block>
  );
}

function Marks() {
  return (
    <Block title="Status and marks">
      <Row>
        {statuses.map((status) => (
          <Ui.StatusBadge key={status} status={status} />
        ))}
      </Row>
      <Row>
        {statuses.map((status) => (
          <Ui.StatusBadge key={status} status={status} variant="plain" />
        ))}
      </Row>
      <Row>
        <Ui.Badge>live</Ui.Badge>
        <Ui.Badge tone="accent">12</Ui.Badge>
        <Ui.Badge tone="success">new</Ui.Badge>
        <Ui.Badge tone="warning">slow</Ui.Badge>
        <Ui.Badge tone="danger">3</Ui.Badge>
        <Ui.Badge tone="violet" mono>
          a1b2c3
        </Ui.Badge>
        <Ui.Spinner label="Loading" />
        <Ui.TimeText at={Date.now() - 250_000} style="relative" className="text-muted" />
      </Row>
      <div className="mt-3 flex items-center gap-2">
        {(['sources', 'shape', 'combine', 'check', 'code', 'output'] as const).map((group) => (
          <span
            key={group}
            className={`flex size-7 items-center justify-center rounded-md ${groupTile[group]}`}
          >
            <Database size={16} aria-hidden />
          </span>
        ))}
      </div>
      <div className="mt-3 space-y-2">
        <Ui.ProgressBar label="Rows" value={0.42} />
        <Ui.ProgressBar label="Waiting" />
        <Ui.Skeleton className="h-4 w-40" />
      </div>
    </Block>
  );
}

const groupTile = {
  sources: 'bg-group-sources/14 text-group-sources',
  shape: 'bg-group-shape/14 text-group-shape',
  combine: 'bg-group-combine/14 text-group-combine',
  check: 'bg-group-check/14 text-group-check',
  code: 'bg-group-code/14 text-group-code',
  output: 'bg-group-output/14 text-group-output',
};

const menu: Ui.MenuItems = [
  { label: 'Rename', icon: Pencil, shortcut: 'f2', onSelect: () => undefined },
  {
    label: 'Duplicate',
    icon: Copy,
    shortcut: 'mod+d',
    onSelect: () => undefined,
    note: 'With all its steps',
  },
  { type: 'submenu', label: 'Export', items: [{ label: 'As YAML', onSelect: () => undefined }] },
  { type: 'check', label: 'Show counts', checked: true, onChange: () => undefined },
  'separator',
  { label: 'Delete', icon: Trash2, danger: true, shortcut: 'del', onSelect: () => undefined },
];

function Floating() {
  const [dialog, setDialog] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [confirm, setConfirm] = useState(false);
  const [typed, setTyped] = useState(false);
  return (
    <Block title="Floating">
      <Row>
        <Ui.Button onClick={() => setDialog(true)}>Dialog</Ui.Button>
        <Ui.Button onClick={() => setSheet(true)}>Sheet</Ui.Button>
        <Ui.Button onClick={() => setConfirm(true)}>Confirm</Ui.Button>
        <Ui.Button onClick={() => setTyped(true)}>Typed confirm</Ui.Button>
        <Ui.DropdownMenu trigger={<Ui.Button>Menu</Ui.Button>} items={menu} />
        <Ui.Popover trigger={<Ui.Button>Popover</Ui.Button>} label="Details">
          <p>Anything may stand here.</p>
        </Ui.Popover>
        <Ui.Tooltip content="A tooltip one can hover" shortcut="mod+k">
          <Ui.Button>Tooltip</Ui.Button>
        </Ui.Tooltip>
      </Row>
      <Row>
        <Ui.Button
          onClick={() => Ui.toast.success('Dataset saved', { description: '10,482,113 rows, 24.8 MB' })}
        >
          Toast
        </Ui.Button>
        <Ui.Button
          onClick={() => Ui.toast.undo('Pipeline deleted', { action: () => Ui.toast.info('Restored') })}
        >
          Undo toast
        </Ui.Button>
        <Ui.Button onClick={() => Ui.toast.error('The file could not be read')}>Error toast</Ui.Button>
        <Ui.CopyButton text="copied" withText label="Copy id" />
      </Row>
      <Ui.Dialog
        open={dialog}
        onOpenChange={setDialog}
        title="New source"
        description="Where rows come from."
        footer={
          <>
            <Ui.Button size="lg" onClick={() => setDialog(false)}>
              Cancel
            </Ui.Button>
            <Ui.Button size="lg" variant="primary">
              Create source
            </Ui.Button>
          </>
        }
      >
        <div className="space-y-3">
          <Ui.Field label="Name">
            <Ui.Input size="lg" />
          </Ui.Field>
          <Ui.Field label="Kind">
            <Ui.Select size="lg" value="inner" onChange={() => undefined} options={fruit} />
          </Ui.Field>
        </div>
      </Ui.Dialog>
      <Ui.Dialog open={sheet} onOpenChange={setSheet} title="Run details" placement="sheet">
        <p>Slides in from the right.</p>
      </Ui.Dialog>
      <Ui.ConfirmDialog
        open={confirm}
        onOpenChange={setConfirm}
        danger
        title="Delete 3 keys?"
        action="Delete"
        onConfirm={() => Promise.reject(new Error('The store is busy. Try again in a moment.'))}
      >
        Programs that use them stop working at once. This can not be undone.
      </Ui.ConfirmDialog>
      <Ui.ConfirmDialog
        open={typed}
        onOpenChange={setTyped}
        danger
        title="Delete the dataset?"
        action="Delete"
        typeToConfirm="orders"
        onConfirm={() => undefined}
      >
        All 14 versions are removed.
      </Ui.ConfirmDialog>
    </Block>
  );
}

function States() {
  return (
    <Block title="States" wide>
      <div className="grid grid-cols-3 divide-x divide-line">
        <Ui.EmptyState
          icon={Database}
          title="No datasets yet"
          action={
            <Ui.Button variant="primary" icon={Plus}>
              New pipeline
            </Ui.Button>
          }
          link={
            <a href="#sample" className="text-accent-text underline-offset-2 hover:underline">
              Open the sample
            </a>
          }
        >
          A dataset is a table that a run has published under a name.
        </Ui.EmptyState>
        <Ui.ErrorState
          title="The runs could not be read"
          where="Local store"
          next="Check that the disk is not full, then try again."
          details="details"
          onRetry={() => undefined}
        />
        <div className="p-4">
          <Ui.ErrorState
            variant="inline"
            title="Column “amount” does not exist"
            where="Step “Filter”, condition 1"
            details="x"
          />
        </div>
      </div>
    </Block>
  );
}

interface Item {
  id: string;
  name: string;
  status: Ui.Status;
  at: number;
}
const items: Item[] = Array.from({ length: 10_000 }, (_, n) => ({
  id: `item-${n}`,
  name:
    n === 2
      ? 'الطلبات حسب المنطقة'
      : n === 4
        ? 'A very long name that has to be cut because it does not fit into one line of any list, however wide the window of the reader may be'
        : `Orders by region ${n}`,
  status: statuses[n % statuses.length] ?? 'queued',
  at: Date.now() - n * 3_600_000,
}));

function Lists() {
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string | null>('any');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['item-1']));
  const shown = items.filter(
    (item) => item.name.includes(search) && (state === 'any' || item.status === state),
  );
  return (
    <div className="col-span-2 flex h-[420px] flex-col overflow-hidden rounded-lg border border-line bg-panel">
      <Ui.PageHeader
        title="Pipelines"
        badge={<Ui.Badge>{Ui.formatCount(items.length)}</Ui.Badge>}
        actions={
          <Ui.Button variant="primary" icon={Plus}>
            New pipeline
          </Ui.Button>
        }
      />
      <Ui.FilterBar
        search={<Ui.SearchInput label="Search pipelines" value={search} onChange={setSearch} slash />}
        onClear={state === 'any' ? undefined : () => setState('any')}
        count={`${Ui.formatCount(shown.length)} of ${Ui.formatCount(items.length)}`}
      >
        whose last run
        <Ui.Select
          variant="inline"
          aria-label="State"
          value={state}
          onChange={setState}
          options={[
            { value: 'any', label: 'has any state' },
            ...statuses.map((value) => ({ value, label: `is ${value}` })),
          ]}
        />
      </Ui.FilterBar>
      <Ui.DataList
        label="Pipelines"
        items={shown}
        getId={(item) => item.id}
        selected={selected}
        onSelectedChange={setSelected}
        onOpen={(item) => Ui.toast.info(`Opened ${item.name}`)}
        menu={() => menu}
        actions={() => <Ui.IconButton size="sm" label="Run" icon={Play} tabIndex={-1} />}
        bulkActions={() => (
          <Ui.Button size="sm" icon={Trash2}>
            Delete
          </Ui.Button>
        )}
        empty={<Ui.EmptyState title="Nothing matches">Change the words or the state above.</Ui.EmptyState>}
        columns={[
          {
            id: 'name',
            title: 'Name',
            width: 'minmax(0, 2fr)',
            render: (item) => <bdi className="font-medium">{item.name}</bdi>,
          },
          {
            id: 'status',
            title: 'Last run',
            width: '140px',
            render: (item) => <Ui.StatusBadge variant="plain" status={item.status} />,
          },
          {
            id: 'at',
            title: 'Time',
            width: '120px',
            align: 'end',
            render: (item) => <Ui.TimeText at={item.at} />,
          },
        ]}
      />
    </div>
  );
}

const kinds = [
  'BIGINT',
  'VARCHAR',
  'DOUBLE',
  'BOOLEAN',
  'TIMESTAMP',
  'STRUCT(a INTEGER)',
  'INTEGER[]',
  'UUID',
];
const gridColumns: Ui.GridColumn[] = Array.from({ length: 500 }, (_, n) => ({
  name: n === 1 ? 'customer_name' : n === 2 ? 'amount' : `column_${n}`,
  type: kinds[n % kinds.length] ?? 'VARCHAR',
  nulls: (n * 137_000) % 6_000_000,
  distinct: (n * 31_337) % 3_000_000,
  counted: 10_482_113,
}));
const total = 10_482_113;

function cellOf(row: number, column: number): Ui.Cell {
  if ((row * 7 + column * 3) % 23 === 0) return null;
  switch (column % kinds.length) {
    case 0:
      return row * 31 + column;
    case 1:
      return row % 5 === 0 ? `A longer text in row ${row} that does not fit\ninto its column` : `text ${row}`;
    case 2:
      return Math.round(row * 1.37 * 100) / 100;
    case 3:
      return row % 2 === 0;
    case 4:
      return '2026-03-03 14:05:09';
    case 5:
      return { a: row, b: ['x', null] };
    case 6:
      return [row, row + 1];
    default:
      return '0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d';
  }
}
const made = new Map<number, Ui.GridRow>();
const rowAt = (index: number): Ui.GridRow => {
  const known = made.get(index);
  if (known) return known;
  if (made.size > 2000) made.clear();
  const row = gridColumns.map((_, column) => cellOf(index, column));
  made.set(index, row);
  return row;
};
// A page that never arrives, to see the placeholders.
const rowsWithGap = (index: number) => (index >= 6 && index < 8 ? undefined : rowAt(index));

function Grids() {
  const [seen, setSeen] = useState('');
  return (
    <div className="col-span-2 flex h-[420px] flex-col overflow-hidden rounded-lg border border-line">
      <Ui.DataGrid
        label="Big table"
        columns={gridColumns}
        rowCount={total}
        rows={rowsWithGap}
        onVisibleRange={(start, end) => setSeen(`asked for ${start} to ${end}`)}
        footer={<span>{seen}</span>}
      />
    </div>
  );
}

const noRows = () => undefined;

function Code() {
  const [sql, setSql] = useState(
    "SELECT region, sum(amount) AS total -- all of it\nFROM orders\nWHERE amount > 100 AND region = 'EU'\nGROUP BY region",
  );
  const [expression, setExpression] = useState("amount > 100 and region = 'EU'");
  return (
    <Block title="Code" wide>
      <div className="grid grid-cols-2 gap-4">
        <div className="space-y-3">
          <Ui.CodeEditor
            label="Query"
            language="sql"
            value={sql}
            onChange={setSql}
            diagnostics={[{ from: 7, to: 13, severity: 'error', message: 'There is no column “region”.' }]}
          />
          <Ui.Field label="Condition" error="There is no column “amount”.">
            <Ui.CodeEditor
              label="Condition"
              singleLine
              language="sql"
              value={expression}
              onChange={setExpression}
              completions={[
                { label: 'amount', detail: 'DOUBLE' },
                { label: 'avg', detail: 'function' },
              ]}
              onSubmit={() => Ui.toast.info('Submitted')}
            />
          </Ui.Field>
        </div>
        <div className="space-y-3">
          <Ui.CodeEditor
            label="Settings"
            language="json"
            readOnly
            value={'{\n  "name": "orders",\n  "limit": 100,\n  "live": true\n}'}
          />
          <Ui.CodeEditor
            label="Notes"
            language="yaml"
            value={'name: orders\nsteps:\n  - filter: amount > 100'}
            placeholder="Nothing"
          />
        </div>
      </div>
    </Block>
  );
}

function Panels() {
  const [tab, setTab] = useState<'data' | 'sql' | 'log'>('data');
  return (
    <div className="col-span-2 h-[280px] overflow-hidden rounded-lg border border-line bg-panel">
      <Ui.ResizablePanels
        id="workbench"
        panels={[
          {
            id: 'left',
            defaultSize: 220,
            minSize: 160,
            collapsible: true,
            toggleKey: 'mod+b',
            content: <p className="p-3">Left (Ctrl+B)</p>,
          },
          {
            id: 'right',
            content: (
              <Ui.Tabs
                label="Panels"
                className="h-full"
                panelClass="flex flex-col"
                value={tab}
                onChange={setTab}
                items={[
                  {
                    value: 'data',
                    label: 'Data',
                    content: (
                      <Ui.DataGrid
                        label="Unknown total"
                        columns={gridColumns.slice(0, 4).map(({ name, type }) => ({ name, type }))}
                        rowCount={undefined}
                        loadedRows={200}
                        rows={rowAt}
                      />
                    ),
                  },
                  {
                    value: 'sql',
                    label: 'Empty',
                    badge: <Ui.Badge tone="danger">3</Ui.Badge>,
                    content: (
                      <Ui.DataGrid
                        label="No rows"
                        columns={gridColumns.slice(0, 4)}
                        rowCount={0}
                        rows={noRows}
                        empty={
                          <Ui.EmptyState title="No rows">The filter lets nothing through.</Ui.EmptyState>
                        }
                      />
                    ),
                  },
                  { value: 'log', label: 'Loading', content: <Ui.Skeleton lines={5} /> },
                ]}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

function Workbench() {
  const { choice, setTheme } = useTheme();
  return (
    <main className="mx-auto grid max-w-[1280px] grid-cols-2 gap-4 p-6">
      <header className="col-span-2 flex items-center justify-between">
        <h1 className="text-page font-semibold">Parts</h1>
        <Ui.SegmentedControl
          label="Theme"
          iconOnly
          value={choice}
          onChange={setTheme}
          options={[
            { value: 'light', label: 'Light', icon: Sun },
            { value: 'dark', label: 'Dark', icon: Moon },
            { value: 'system', label: 'System', icon: Monitor },
          ]}
        />
      </header>
      <Buttons />
      <Marks />
      <Fields />
      <Floating />
      <Lists />
      <Grids />
      <Panels />
      <Code />
      <States />
      <Ui.Toaster />
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Workbench />
    </StrictMode>,
  );
}
