import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeySummary, RunSummary } from '../../../../shared/contract/domain.ts';
import { type ErrorCode, errorCatalog } from '../../../../shared/errors/catalog.ts';
import { type ErrorDetails, SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { uuid } from '../../../../shared/kernel/ids.ts';
import type { DatasetsService, LocatedDataset, RunsService } from '../../../services/service-types.ts';
import { visibleDataset } from '../../dataset-access.ts';
import { untilHangUp } from '../../hang-up.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import type { Records, RecordsPage } from '../../records/index.ts';
import { addRoute } from '../../route-kit.ts';
import { visibleRun } from '../../run-access.ts';
import { dataflowExamples } from './examples.ts';
import { resultOf } from './job-route.ts';
import { dataAnswer, dataPath, dataQuery, type Format, mostRecords } from './schemas.ts';

export interface DataPorts {
  readonly datasets: Pick<DatasetsService, 'locate'>;
  readonly records: Records;
  readonly runs: RunsService;
}

/** What one request asks for. */
interface Wish {
  readonly id: string;
  readonly found: LocatedDataset;
  readonly format: Format;
  readonly offset: number;
  /** Undefined: all rows; CSV only. */
  readonly limit: number | undefined;
  readonly spreadsheetSafe: boolean;
  /** Path of this dataset's data, without a query. */
  readonly path: string;
}

const types: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** Rows of a dataset, by pages or, as CSV, all of them. */
export function addData(door: FastifyInstance, url: string, id: string, ports: DataPorts): void {
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      id,
      summary: 'Get data',
      description:
        'Records of a dataset in pages. The answer may be kept for five minutes; If-None-Match with its ETag answers 304 while nothing changed.',
      tag: 'Data Retrieval',
      scope: 'dataflow:read',
      params: dataPath,
      query: dataQuery,
      headers: {
        'If-None-Match': 'ETag of an earlier answer.',
        Accept: 'Decides the format where the query does not.',
      },
      refuses: {
        not_found: { what: 'dataset', id: dataflowExamples.dataset },
        run_not_finished: { status: 'running' },
        run_failed: { reason: 'There is no column "amont".' },
      },
      answers: {
        200: {
          description: 'The records.',
          schema: dataAnswer,
          types: ['application/json', 'application/xml', 'text/csv'],
          examples: dataflowExamples.data,
          headers: {
            ETag: 'Changes with the data.',
            'X-Total-Count': 'Records of the whole dataset.',
            Link: 'Path of the next page, where there is one.',
          },
        },
        304: { description: 'Nothing changed.' },
      },
    },
    handler: ({ params, query, request, reply }) => {
      const found = foundData(ports, keyOf(request), params.dataset_id);
      const format = query.format ?? acceptedFormat(request);
      const limit = query.limit ?? (format === 'csv' ? undefined : mostRecords);
      const path = request.url.replace(/[?#].*$/s, '');
      const { offset = 0, spreadsheet_safe } = query;
      const spreadsheetSafe = spreadsheet_safe === 'true';
      return answer(
        ports,
        { id: params.dataset_id, found, format, offset, limit, spreadsheetSafe, path },
        request,
        reply,
      );
    },
  });
}

/** The dataset, the version, or what the job of that id made. Throws why there is none. */
function foundData({ datasets, runs }: DataPorts, key: KeySummary, id: string): LocatedDataset {
  const run = uuid.safeParse(id).success ? runs.summary(id.toLowerCase()) : undefined;
  if (!run) return visibleDataset(datasets, key, id);
  const job = visibleRun(runs, key, id);
  if (job.error) throw asError(job.error);
  const versionId = resultOf(runs, job);
  if (versionId !== undefined) return visibleDataset(datasets, key, versionId);
  if (job.status === 'queued' || job.status === 'running')
    throw new SluiceError('run_not_finished', { status: job.status });
  throw new SluiceError('not_found', { what: 'result of the job', id });
}

/** A run keeps its error's code as text: one of an older program may not be known any more. */
function asError({ code, message, details }: NonNullable<RunSummary['error']>): SluiceError {
  const known = Object.hasOwn(errorCatalog, code) ? (code as ErrorCode) : 'run_failed';
  const error = new SluiceError(known, details as ErrorDetails);
  // The words that the run ended with, also where they hold more than the catalogue's text.
  error.message = message;
  return error;
}

async function answer({ records }: DataPorts, wish: Wish, request: FastifyRequest, reply: FastifyReply) {
  const { format, offset, limit, spreadsheetSafe, found } = wish;
  const tag = `"${found.version.id}.${format}.${offset}.${limit ?? 'all'}${spreadsheetSafe ? '.safe' : ''}"`;
  void reply.headers({ etag: tag, 'cache-control': 'private, max-age=300', vary: 'accept, authorization' });
  if (matches(request.headers['if-none-match'], tag)) return reply.status(304).send();
  const gone = untilHangUp(reply);
  void reply.type(types[format]).header('x-total-count', found.version.rows);
  if (limit === undefined) {
    return reply.send(await records.stream(found.path, 'csv', { offset, spreadsheetSafe }, gone));
  }
  const page = await records.page(found.path, { offset, limit, format, spreadsheetSafe }, gone);
  const next = nextPage(wish, limit, page.total);
  if (next !== '') void reply.header('link', `<${next}>; rel="next"`);
  return reply.send(bodyOf(wish, page, next));
}

function nextPage({ path, offset, format, spreadsheetSafe }: Wish, limit: number, total: number): string {
  if (offset + limit >= total) return '';
  const query = new URLSearchParams({ limit: String(limit), offset: String(offset + limit) });
  if (format !== 'json') query.set('format', format);
  if (spreadsheetSafe) query.set('spreadsheet_safe', 'true');
  return `${path}?${query}`;
}

/** The records' text is sent as the engine made it: nothing parses it again. */
function bodyOf({ id, format }: Wish, { text, total }: RecordsPage, next: string): string {
  switch (format) {
    case 'json':
      return `{"dataset_id":${JSON.stringify(id)},"records":${text},"total_count":${total},"next_page":${JSON.stringify(next)}}`;
    case 'csv':
      return text;
    case 'xml': {
      const nextText = `<next_page>${next.replaceAll('&', '&amp;')}</next_page>`;
      return `<?xml version="1.0" encoding="UTF-8"?>\n<response><dataset_id>${id}</dataset_id><records>${text}</records><total_count>${total}</total_count>${nextText}</response>\n`;
    }
  }
}

/** Tags are compared weakly: an answer that was packed on its way carries a weak one. */
function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => {
    const wanted = each.trim().replace(/^W\//, '');
    return wanted === '*' || wanted === tag;
  });
}

const known: readonly (readonly [RegExp, Format])[] = [
  [/^application\/json$/, 'json'],
  [/^(?:application|text)\/xml$/, 'xml'],
  [/^text\/csv$/, 'csv'],
];

/** The format that the client likes best; JSON where it names none of ours. */
function acceptedFormat(request: FastifyRequest): Format {
  const wishes = String(request.headers.accept ?? '')
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return {
        format: known.find(([pattern]) => pattern.test(type))?.[1],
        quality: quality === undefined ? 1 : Number(quality),
      };
    });
  const best = wishes
    .filter(({ format, quality }) => format !== undefined && quality > 0)
    .sort((left, right) => right.quality - left.quality)[0];
  return best?.format ?? 'json';
}
