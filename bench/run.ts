import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDoors } from './doors.ts';
import { benchLoad } from './load.ts';
import { type Figure, printFigures } from './measure.ts';
import { benchPreview, benchRuns } from './runs.ts';
import { benchStart, benchSubmit } from './service.ts';

/**
 * `npm run bench`: every figure against a baseline that is measured in the same run.
 * `-- --quick` leaves the ten million rows out; `-- --only runs,preview,start,submit,doors` picks.
 */
const root = join(import.meta.dirname, '..');
const cache = join(root, '.cache', 'bench');
const options = process.argv.slice(2);
const only = options[options.indexOf('--only') + 1]?.split(',') ?? [];
const seconds = options.includes('--seconds') ? Number(options[options.indexOf('--seconds') + 1]) : 60;
const wanted = (name: string) => !options.includes('--only') || only.includes(name);
const sizes = options.includes('--quick') ? [1_000_000] : [1_000_000, 10_000_000];

mkdirSync(cache, { recursive: true });
const figures: Figure[] = [];
if (wanted('runs')) figures.push(...(await benchRuns(cache, sizes)));
if (wanted('preview')) figures.push(await benchPreview(cache, sizes.at(-1) ?? 1_000_000));
if (wanted('start')) figures.push(await benchStart(root));
if (wanted('submit')) figures.push(...(await benchSubmit(root)));
if (wanted('doors')) figures.push(...(await benchDoors(root, sizes.at(-1) ?? 1_000_000)));
// Not part of everything: it takes its minutes and has limits instead of a baseline.
if (only.includes('load')) await benchLoad(root, seconds);

printFigures(figures);
writeFileSync(join(cache, 'latest.json'), `${JSON.stringify(figures, null, 2)}\n`);
