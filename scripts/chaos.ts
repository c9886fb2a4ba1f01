/** `npm run chaos -- --kills N --seed S`: kills the product at random moments and proves that nothing is lost. */
import { parseArgs } from 'node:util';
import { chaos, verdictLines } from '../test/chaos/chaos.ts';
import type { Target } from '../test/chaos/kill-plan.ts';
import { needNode } from './kit/need-node.ts';

needNode();
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string' },
    target: { type: 'string', default: 'both' },
    runs: { type: 'string' },
  },
});

const kills = wholeNumber('kills', values.kills);
const seed =
  values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', values.seed);
const runs = values.runs === undefined ? Math.max(40, kills * 5) : wholeNumber('runs', values.runs);
const target = values.target as Target;
if (!['main', 'runners', 'both'].includes(target)) fail('--target is main, runners or both.');
if (process.platform !== 'linux') fail('This harness finds processes in /proc: it needs Linux.');

console.log(
  `seed ${seed}: ${kills} kills of ${target === 'both' ? 'main and as many of runners' : target}, ${runs} runs`,
);
const verdict = await chaos({ kills, seed, target, runs, say: (line) => console.log(line) });
for (const line of verdictLines(verdict, seed)) console.log(line);
process.exitCode = verdict.passed ? 0 : 1;

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) fail(`--${name} takes a whole number.`);
  return Number(text);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
