#!/usr/bin/env node
import { nodeAppPorts } from './app-ports.ts';
import { describeFailure } from './failures.ts';
import { warn } from './output.ts';
import { createProgram } from './program.ts';

// Everything that is made from here on belongs to the owner alone.
process.umask(0o077);

// Whoever reads our output may stop early (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await createProgram(nodeAppPorts().files.version).parseAsync();
} catch (error) {
  const { sentence, exitCode } = describeFailure(error);
  if (sentence) warn(sentence);
  process.exitCode = exitCode;
}
