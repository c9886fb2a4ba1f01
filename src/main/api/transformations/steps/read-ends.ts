import type { PipelineNode } from '../../../../shared/pipeline/document.ts';
import { defined } from '../operations/write.ts';
import { formatOfName, writtenFormat } from './file-formats.ts';
import type { SinkForm, SourceForm } from './steps.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The step of a source node; undefined for one that no step can say. */
export function sourceFormOf({ kind, config }: PipelineNode): SourceForm | undefined {
  const { path, name, version_id, source, table, query, format } = config;
  switch (kind) {
    case 'csv-file':
    case 'json-file':
    case 'parquet-file':
      return fileForm(text(path), kind.slice(0, -'-file'.length));
    case 'dataset':
      return { dataset: text(version_id) || text(name) };
    case 'received':
      return { received: text(source) };
    case 'source-table':
      return defined({ datasource: source, table, query }) as SourceForm;
    case 'source-file':
      return isWeb(text(source)) && !path
        ? (defined({
            url: source,
            ...otherFormat(new URL(text(source)).pathname, text(format)),
          }) as SourceForm)
        : fileForm(`s3://${part(text(source))}/${part(text(path))}`, text(format), text(path));
    default:
      return undefined;
  }
}

function fileForm(path: string, format: string, name = path): SourceForm {
  return { path, ...otherFormat(name, format) } as SourceForm;
}

const isWeb = (name: string): boolean => /^https?:/i.test(name) && URL.canParse(name);

/** The format, where the ending does not tell it. */
const otherFormat = (name: string, format: string): { format?: string } =>
  format === '' || formatOfName(name) === format ? {} : { format };

/** The step of a sink node. A table called like the pipeline goes without saying. */
export function sinkFormOf({ kind, config }: PipelineNode, pipeline: string): SinkForm | undefined {
  const { path, name, source, table, mode, format } = config;
  const ending = (file: string) => (writtenFormat(file) === format ? {} : { format });
  const form = (target: string, more: Record<string, unknown>) => defined({ target, ...more }) as SinkForm;
  switch (kind) {
    case 'save-dataset':
      return form(`dataset://${part(text(name))}`, { mode });
    case 'write-file':
      return form(text(path).startsWith('/') ? `file://${part(text(path))}` : text(path), ending(text(path)));
    case 'write-table':
      return form(`db://${part(text(source))}${table === pipeline ? '' : `/${part(text(table))}`}`, { mode });
    case 'write-source-file':
      return form(`s3://${part(text(source))}/${part(text(path))}`, ending(text(path)));
    default:
      return undefined;
  }
}

/** As it is, unless its percent signs would be taken for something else. */
const part = (name: string): string => (name.includes('%') ? name.replaceAll('%', '%25') : name);
