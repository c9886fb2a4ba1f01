import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** The floor of taking a body in: its bytes in a file, synced, before the answer. Nothing looks at them. */
const [folder = '.'] = process.argv.slice(2);
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const path = join(folder, 'floor.json');
    const file = openSync(path, 'w');
    writeSync(file, Buffer.concat(chunks));
    fsyncSync(file);
    closeSync(file);
    unlinkSync(path);
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
process.on('SIGTERM', () => process.exit(0));
