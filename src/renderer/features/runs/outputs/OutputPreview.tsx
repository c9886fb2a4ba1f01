import { useQuery } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { awaiting } from '../../../data/awaiting.ts';
import { client, orpc } from '../../../data/client.ts';
import { usePagedRows } from '../../../data/use-paged-rows.ts';
import { Awaited, buttonClass, CopyButton, DataGrid, EmptyState, formatPlural } from '../../../ui/index.ts';
import { DownloadOutput } from './DownloadOutput.tsx';
import { formatOf, type OutputFormat } from './output-file.ts';

type Output = RunDetail['outputs'][number];

/** The rows of one output, with ways to take it along. */
export function OutputPreview({ run, output }: { run: RunDetail; output: Output }) {
  const format = formatOf(output.name);
  return (
    <section aria-label={`Preview of ${output.name}`} className="flex min-h-0 min-w-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        <span className="truncate font-medium" dir="auto" title={output.name}>
          {output.name}
        </span>
        <span className="truncate text-meta text-muted">written by {output.nodeId}</span>
        <span className="ml-auto flex shrink-0 items-center gap-1">
          {output.versionId && <CopyButton label="Copy the version’s id" text={output.versionId} />}
          <DownloadOutput run={run} output={output} />
          {output.datasetId && (
            <a href={`#/datasets/${output.datasetId}`} className={buttonClass('secondary', 'sm')}>
              <Database aria-hidden className="size-3.5" />
              Open dataset
            </a>
          )}
        </span>
      </div>
      {output.datasetId && output.versionId ? (
        <VersionRows datasetId={output.datasetId} versionId={output.versionId} name={output.name} />
      ) : output.kind === 'file' && format ? (
        <FileRows run={run} path={output.name} format={format} />
      ) : (
        <EmptyState title="No preview">
          {output.kind === 'file'
            ? 'The name of the file does not tell what is in it.'
            : 'The dataset was deleted, or this version of it.'}
        </EmptyState>
      )}
    </section>
  );
}

interface VersionRowsProps {
  readonly datasetId: string;
  readonly versionId: string;
  readonly name: string;
}

/** Exactly the version that the run published, whatever the dataset holds now. */
function VersionRows({ datasetId, versionId, name }: VersionRowsProps) {
  const rows = usePagedRows(versionId, (offset, limit, signal) =>
    client.datasets.rows({ id: datasetId, versionId, offset, limit }, { signal }),
  );
  return (
    <Awaited
      pending={rows.pending}
      failure={rows.error?.message}
      where="The rows of this version could not be read."
      onRetry={rows.retry}
    >
      {() => (
        <DataGrid
          label={`Rows of ${name}`}
          columns={rows.columns}
          rowCount={rows.rowCount}
          rows={rows.rows}
          onVisibleRange={rows.onVisibleRange}
        />
      )}
    </Awaited>
  );
}

interface FileRowsProps {
  readonly run: RunDetail;
  readonly path: string;
  readonly format: OutputFormat;
}

/** The first rows of a written file, as it is now: a later run may have replaced it. */
function FileRows({ run, path, format }: FileRowsProps) {
  const query = useQuery({
    ...orpc.editor.sniff.queryOptions({ input: { path, kind: format.kind, pipelineId: run.pipelineId } }),
    retry: false,
  });
  return (
    <Awaited {...awaiting(query)} where="The file could not be read.">
      {() => {
        const rows = query.data?.rows ?? [];
        return (
          <DataGrid
            label={`Rows of ${path}`}
            columns={query.data?.columns ?? []}
            rowCount={rows.length}
            rows={(index) => rows[index]}
            onVisibleRange={() => undefined}
            footer={<Foot>The first {formatPlural(rows.length, 'row')} of the file as it is now</Foot>}
          />
        );
      }}
    </Awaited>
  );
}

function Foot({ children }: { children: ReactNode }) {
  return <span className="truncate text-muted">{children}</span>;
}
