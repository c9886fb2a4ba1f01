/** Writes the sample data into `resources/samples`, packed: `node scripts/make-samples.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { sampleFiles } from './sample-data.ts';

const folder = join(import.meta.dirname, '../resources/samples');
mkdirSync(folder, { recursive: true });

for (const [name, text] of Object.entries(sampleFiles())) {
  const packed = gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(folder, `${name}.gz`), packed);
  console.log(
    `${name}: ${text.split('\n').length - 2} rows, ${text.length} characters, ${packed.length} bytes packed`,
  );
}
