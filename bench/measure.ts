/** One figure: how long ours takes against a baseline that was measured in the same run. Milliseconds. */
export interface Figure {
  readonly name: string;
  readonly baseline: string;
  readonly ours: number;
  readonly theirs: number;
  /** ours / theirs, of the medians. */
  readonly ratio: number;
  readonly goal?: number;
  readonly rounds: number;
}

interface Contest {
  readonly name: string;
  /** What the baseline does, in a few words. */
  readonly baseline: string;
  readonly rounds: number;
  /** Rounds before counting starts: file caches and lazy code warm up. */
  readonly warmUp?: number;
  readonly goal?: number;
  ours(): Promise<number>;
  theirs(): Promise<number>;
}

/**
 * Measures both sides in turn, so that whatever else the machine does hits both, and compares the medians.
 * Each side answers how many milliseconds it took, so that what is not measured (cleaning up) stays out.
 */
export async function contest({
  name,
  baseline,
  rounds,
  warmUp = 1,
  goal,
  ours,
  theirs,
}: Contest): Promise<Figure> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = -warmUp; round < rounds; round += 1) {
    const measured = { ours: await ours(), theirs: await theirs() };
    if (round < 0) continue;
    times.ours.push(measured.ours);
    times.theirs.push(measured.theirs);
  }
  const [mine, other] = [median(times.ours), median(times.theirs)];
  return { name, baseline, ours: mine, theirs: other, ratio: mine / other, goal, rounds };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

export function printFigures(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => ({
    figure: figure.name,
    ours: milliseconds(figure.ours),
    baseline: milliseconds(figure.theirs),
    ratio: figure.ratio.toFixed(2),
    goal: figure.goal === undefined ? '' : `<= ${figure.goal}`,
    against: figure.baseline,
  }));
  console.table(rows);
}

const milliseconds = (value: number) => (value < 100 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`);
