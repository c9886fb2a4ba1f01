import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KeySummary, RunSummary } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { uuid } from '../../../../shared/kernel/ids.ts';
import type { SubmitRun } from '../../../services/engine-ports.ts';
import type { PipelinesService, RunsService } from '../../../services/service-types.ts';
import { untilHangUp } from '../../hang-up.ts';
import { idempotencyOf } from '../../idempotency.ts';
import { describeDoor } from '../../openapi.ts';
import { type DoorFront, guardDoor, keyOf, reaches } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { visibleRun } from '../../run-access.ts';
import { plainAnswer, toRunAnswer } from './answers.ts';
import { executionDescription, startRefusals } from './description.ts';
import { dataflowPath, keyQuery, runAnswer, runPath, startBody, startQuery } from './schemas.ts';

export interface ExecutionDoorPorts {
  readonly front: DoorFront;
  readonly pipelines: PipelinesService;
  readonly runs: RunsService;
  /** Tells the engine that the queue grew. */
  kick(): void;
  /** Resolves when the run has ended; rejects when the signal fires first. */
  waitForEnd(runId: string, signal: AbortSignal): Promise<RunSummary>;
}

const base = '/api/pub/v1/dataflows';
const startUrl = `${base}/:id/start`;
const statusUrl = `${base}/:id/runs/:runid/status`;
const tag = 'Execution of data flows';
const exampleRun = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

/** Door 3: starts data flows and tells how their runs stand. */
export async function executionDoor(door: FastifyInstance, ports: ExecutionDoorPorts): Promise<void> {
  guardDoor(door, ports.front, {
    door: 'execution',
    paths: [base],
    credential: keyText,
    keyInQuery: ['api_key'],
    challenge: 'ApiKey realm="Sluice"',
    answer: plainAnswer,
  });
  describeDoor(door, executionDescription);
  addStart(door, ports);
  addStatus(door, ports);
  refuseOtherMethods(door, startUrl, ['POST']);
  refuseOtherMethods(door, statusUrl, ['GET']);
}

function addStart(door: FastifyInstance, ports: ExecutionDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: startUrl,
    operation: {
      summary: 'Start execution',
      description:
        'Accepts a run; the answer comes after it is durable. With await=true it comes when the run has ended.',
      tag,
      scope: 'execution:run',
      params: dataflowPath,
      query: startQuery,
      body: startBody,
      headers: { 'Idempotency-Key': 'Repeating a request with the same key answers with the same run.' },
      bodyExamples: {
        none: { summary: 'No parameters', value: {} },
        parameters: { summary: 'Values of run parameters', value: { parameters: { least: 3 } } },
      },
      answers: {
        200: {
          description: 'The run.',
          schema: runAnswer,
          examples: {
            started: { value: { runId: exampleRun, status: 'Pending' } },
            awaited: { summary: 'With await=true', value: { runId: exampleRun, status: 'Succeeded' } },
          },
        },
        500: { description: 'The data flow could not be started, or something went wrong.' },
      },
      refuses: startRefusals,
    },
    handler: async ({ params, query, body, request, reply }) => {
      requireReach(keyOf(request), params.id);
      const wanted: SubmitRun = {
        pipelineId: params.id,
        parameters: body,
        mode: 'fast',
        environment: keyOf(request).environment,
        trigger: 'api',
        cause: keyOf(request).name,
        keyId: keyOf(request).id,
        // `await` is no part of it: waiting for the same run later is the same request.
        idempotency: idempotencyOf(request, [params.id, body]),
      };
      // Requests that arrive together share a commit; each is answered after it.
      const run = await ports.runs.together(() => submit(ports, wanted));
      ports.kick();
      if (!query.await) return toRunAnswer(run);
      // Whoever hangs up stops waiting; the run goes on.
      return toRunAnswer(await ports.waitForEnd(run.id, untilHangUp(reply)));
    },
  });
}

function addStatus(door: FastifyInstance, ports: ExecutionDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: statusUrl,
    operation: {
      summary: 'Get status',
      tag,
      scope: 'execution:read',
      params: runPath,
      query: keyQuery,
      answers: {
        200: {
          description: 'The run.',
          schema: runAnswer,
          examples: { running: { value: { runId: exampleRun, status: 'Running' } } },
        },
      },
    },
    handler: ({ params, request }) => toRunAnswer(knownRun(ports, params.id, params.runid, keyOf(request))),
  });
}

/** A header is preferred: it reaches no log of a proxy. */
function keyText(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  const query = (request.query as Record<string, unknown>).api_key;
  const text = header ?? query;
  return typeof text === 'string' ? text : undefined;
}

/** The submit itself looks for the pipeline: asking before would read its document twice. */
function submit(ports: ExecutionDoorPorts, request: SubmitRun): RunSummary {
  const unknown = unknownFlow(request.pipelineId);
  if (!uuid.safeParse(request.pipelineId).success) throw unknown;
  try {
    return ports.runs.submit(request);
  } catch (error) {
    throw error instanceof SluiceError && error.code === 'not_found' ? unknown : error;
  }
}

function unknownFlow(id: string): SluiceError {
  return new SluiceError('not_found', { what: 'data flow', id: id.slice(0, 100) });
}

/** For a key that the flow's access control does not name, there is no such flow. */
function requireReach(key: KeySummary, id: string): void {
  if (!reaches(key, id)) throw unknownFlow(id);
}

/** A run of another data flow or of the other environment is not there. */
function knownRun(ports: ExecutionDoorPorts, id: string, runId: string, key: KeySummary): RunSummary {
  const run = visibleRun(ports.runs, key, runId, 'run');
  if (run.pipelineId === id) return run;
  throw new SluiceError('not_found', { what: 'run', id: runId.slice(0, 100) });
}
