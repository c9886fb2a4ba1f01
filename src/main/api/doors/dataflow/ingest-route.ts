import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KeySummary, RunSummary } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { authorOf } from '../../../services/author.ts';
import type { SubmitRun } from '../../../services/engine-ports.ts';
import type { ReceivedService } from '../../../services/received-service.ts';
import type { DatasetsService, PipelinesService, RunsService } from '../../../services/service-types.ts';
import { namedDataset } from '../../dataset-access.ts';
import { digestOf, idempotencyKeyOf } from '../../idempotency.ts';
import { keyOf, reaches } from '../../plugins/door-guard.ts';
import { addRoute, type Operation } from '../../route-kit.ts';
import type { Transformation } from '../../transformations/index.ts';
import { EtaBook } from './eta.ts';
import { dataflowExamples } from './examples.ts';
import { type CheckDraft, IngestCheck } from './ingest-check.ts';
import { IngestPipelines } from './ingest-pipelines.ts';
import { bodyLimit, type ReceivedBody, receiveJson, told } from './receive-body.ts';
import { ingestAnswer, ingestBody } from './schemas.ts';
import { nodesOfList, transformedNodes } from './transformed-nodes.ts';
import { receiveXml, type XmlReader } from './xml-body.ts';

export interface IngestPorts {
  readonly pipelines: PipelinesService;
  readonly runs: RunsService;
  readonly datasets: Pick<DatasetsService, 'locate'>;
  readonly received: ReceivedService;
  readonly workspaces: { find(name: string): { readonly id: string } | undefined };
  readonly settings: { get(): { readonly concurrentRuns: number } };
  readonly xml: XmlReader;
  /** Compiles a draft, for what is wrong with it. */
  readonly check: CheckDraft;
  /** Tells the engine that the queue grew. */
  kick(): void;
}

export const jsonTypes = ['application/json'];
export const xmlTypes = ['application/xml', 'text/xml'];

/** Bodies of this door arrive as streams: what they hold is checked while it comes. */
export function acceptStreams(door: FastifyInstance): void {
  door.removeContentTypeParser('application/json');
  door.addContentTypeParser([...jsonTypes, ...xmlTypes], (_request, payload, done) => done(null, payload));
}

const publicWorkspace = 'public';

export function ingestRoutes(ports: IngestPorts): (door: FastifyInstance, url: string, id: string) => void {
  const workspaceId = ports.workspaces.find(publicWorkspace)?.id ?? '';
  const pipelines = new IngestPipelines(ports.pipelines, workspaceId);
  const fields = new IngestCheck(ports);
  const eta = new EtaBook({
    runs: ports.runs,
    concurrentRuns: () => ports.settings.get().concurrentRuns,
    now: () => performance.now(),
  });

  async function ingest(request: FastifyRequest) {
    const key = keyOf(request);
    const idempotencyKey = idempotencyKeyOf(request);
    const batch = { id: ports.received.newId(), environment: key.environment };
    const path = ports.received.filePath(batch);
    const body = await receive(request, ports, { path, digest: idempotencyKey !== undefined });
    try {
      const build = (list: readonly Transformation[]) =>
        nodesOfList(list, body.source, (id) => findDataset(id, key));
      const { id: keyId, environment } = key;
      await fields.require({ ...body, environment, keyId, batchId: batch.id, path, build });
      const { run, kept } = await accept(request, { key, idempotencyKey, batchId: batch.id, body });
      if (!kept) await ports.received.forget(batch);
      return {
        job_id: run.id,
        status: 'queued' as const,
        eta_seconds: eta.seconds(run.pipelineId, body.records),
      };
    } catch (error) {
      await ports.received.forget(batch);
      throw told(error);
    }
  }

  function accept(request: FastifyRequest, { key, idempotencyKey, batchId, body }: Accepting) {
    const { source, transformations, records, batch } = body;
    const { environment } = key;
    // Requests that arrive together share a commit; each is answered after it.
    const accepted = ports.runs.together(() => {
      const pipeline = pipelines.find({
        source,
        environment,
        transformations: transformations ?? [],
        author: authorOf(key),
        mayUse: (id) => (id === undefined ? key.pipelineIds === null : reaches(key, id)),
        build: () => transformedNodes(transformations ?? [], source, (id) => findDataset(id, key)),
      });
      const wanted: SubmitRun = {
        pipelineId: pipeline.id,
        revision: pipeline.revision,
        parameters: { batch: batchId },
        mode: 'fast',
        environment,
        trigger: 'api',
        cause: key.name,
        keyId: key.id,
        ...(idempotencyKey === undefined
          ? {}
          : {
              idempotency: {
                key: idempotencyKey,
                requestDigest: digestOf([source, transformations, batch.sha256]),
              },
            }),
      };
      const stored = { id: batchId, environment, source, records, ...batch };
      return { pipeline, answer: ports.received.accept(stored, () => ports.runs.submit(wanted)) };
    });
    return accepted.then(({ pipeline, answer }) => {
      pipelines.remember(pipeline);
      ports.kick();
      request.log.debug({ runId: answer.run.id, records }, 'records accepted');
      return answer;
    });
  }

  const findDataset = (id: string, key: KeySummary) => namedDataset(ports.datasets, key, id);

  return (door, url, id) =>
    addRoute(door, {
      method: 'POST',
      url,
      operation: { ...operation, id },
      handler: ({ request }) => ingest(request),
      rawBody: { limit: bodyLimit },
    });
}

interface Accepting {
  readonly key: KeySummary;
  readonly idempotencyKey: string | undefined;
  readonly batchId: string;
  readonly body: ReceivedBody;
}

type Accepted = { readonly run: RunSummary; readonly kept: boolean };

export type { Accepted };

function receive(
  request: FastifyRequest,
  { xml }: IngestPorts,
  options: { readonly path: string; readonly digest: boolean },
): Promise<ReceivedBody> {
  const body = request.body as Readable | undefined;
  if (!body)
    throw new SluiceError('invalid_input', {
      reason: 'The body is missing. Send {"source": "orders", "data": [...]}.',
    });
  const type =
    String(request.headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  return xmlTypes.includes(type) ? receiveXml(body, xml, options) : receiveJson(body, options);
}

const operation: Omit<Operation<unknown, unknown, unknown>, 'id'> = {
  summary: 'Ingest records',
  description:
    'Takes records in and processes them; the answer comes once they are safe on the disk. JSON or XML, up to 10 MB unpacked; gzip is welcome.',
  tag: 'Data Ingestion',
  scope: 'dataflow:write',
  body: ingestBody,
  bodyTypes: [...jsonTypes, 'application/xml'],
  bodyExamples: dataflowExamples.ingest,
  headers: { 'Idempotency-Key': 'Repeating a request with the same key answers with the same job.' },
  refuses: {
    body_too_large: { limit: bodyLimit },
    queue_full: { limit: 10_000 },
    idempotency_mismatch: {},
    pipeline_not_allowed: { what: 'the pipeline of the source "orders"' },
  },
  answers: { 200: { description: 'The job.', schema: ingestAnswer, examples: dataflowExamples.accepted } },
};
