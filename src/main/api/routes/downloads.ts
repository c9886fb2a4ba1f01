import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { DownloadTickets } from '../download-tickets.ts';

/** Streams an exported file once. */
export function addDownloads(app: FastifyInstance, tickets: DownloadTickets): void {
  app.get<{ Params: { ticket: string } }>('/app/downloads/:ticket', async (request, reply) => {
    const download = tickets.take(request.params.ticket);
    if (!download) throw new SluiceError('not_found', { what: 'download', id: '(used or expired)' });
    const bytes = await sizeOf(download.path);
    void reply
      .type('application/octet-stream')
      .header('content-length', bytes)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeRfc5987(download.fileName)}`);
    return reply.send(createReadStream(download.path));
  });
}

async function sizeOf(path: string): Promise<number> {
  try {
    await using file = await open(path);
    return (await file.stat()).size;
  } catch (cause) {
    throw new SluiceError('not_found', { what: 'exported file', id: '(removed)' }, { cause });
  }
}

function encodeRfc5987(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
