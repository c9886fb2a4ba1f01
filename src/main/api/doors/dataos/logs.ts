import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { parseDuration } from '../../../../shared/kernel/time.ts';
import type { ResourceLine } from '../../../services/index.ts';
import { untilHangUp } from '../../hang-up.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { toLogLine } from './answers.ts';
import { lineFormat, withHeartbeat } from './line-stream.ts';
import type { DataosDoorPorts } from './ports.ts';
import { ambiguous, missing, requireSight, resourceUrl, tag } from './resources.ts';
import { logsAnswer, logsQuery, resourcePath } from './schemas.ts';

const url = `${resourceUrl}/logs`;
const exampleLines = [
  { timestamp: '2024-01-01T10:00:00Z', level: 'INFO', message: 'Workflow started' },
  { timestamp: '2024-01-01T10:01:00Z', level: 'INFO', message: 'Task completed successfully' },
];
const exampleText = exampleLines.map((line) => `${JSON.stringify(line)}\n`).join('');
const eventText = exampleLines.map((line) => `data: ${JSON.stringify(line)}\n\n`).join('');

export function addLogs(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      summary: 'Get logs',
      description:
        'Of a workflow: what its runs wrote. Of a service: the runs that it started. Of a dataset: the workflow that published it. With follow=true the answer never ends: one JSON object a line, or events where the client accepts text/event-stream.',
      tag,
      scope: 'dataos:read',
      params: resourcePath,
      query: logsQuery,
      refuses: { resource_missing: missing, resource_ambiguous: ambiguous },
      answers: {
        200: {
          description: 'The last lines, oldest first.',
          schema: logsAnswer,
          types: ['application/json', 'application/x-ndjson', 'text/event-stream'],
          examples: {
            lines: { value: { logs: exampleLines } },
            followed: { value: exampleText, type: 'application/x-ndjson' },
            events: { value: eventText, type: 'text/event-stream' },
          },
        },
      },
    },
    // A line is sent when it is written: nothing waits for more to be packed with.
    compress: false,
    handler: async ({ params, query: { workspace, since, tail, follow }, request, reply }) => {
      requireSight(ports, request, params.type);
      const key = keyOf(request);
      const address = { ...params, workspace };
      const gone = untilHangUp(reply);
      const asked = { since: since === undefined ? undefined : ago(since), tail };
      if (!follow) {
        const lines = await ports.resources.logs(key, address, asked, gone);
        return { logs: lines.map(toLogLine) };
      }
      const lines = ports.resources.followLogs(key, address, asked, gone);
      const format = lineFormat(request.headers.accept);
      void reply.type(format.type).header('cache-control', 'no-store').header('x-accel-buffering', 'no');
      return reply.send(Readable.from(told(lines, format, gone), { objectMode: false }));
    },
  });
  refuseOtherMethods(door, url, ['GET']);
}

/** A beat first, so that the client has its answer before there is a line. */
async function* told(
  lines: AsyncGenerator<ResourceLine, void>,
  format: ReturnType<typeof lineFormat>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  yield format.beat;
  for await (const line of withHeartbeat(lines, signal))
    yield line === undefined ? format.beat : format.line(toLogLine(line));
}

function ago(duration: string): string {
  // Whatever is asked for: a time that can be written down.
  return new Date(Math.max(0, Date.now() - (parseDuration(duration) ?? 0))).toISOString();
}
