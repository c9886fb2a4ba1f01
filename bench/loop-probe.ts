import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a server by `--import`: measures how late its event loop is. SIGUSR2 begins anew; the figures, in
 * milliseconds, are written to the file named by SLUICE_LOOP_FILE once a second.
 */
const file = process.env.SLUICE_LOOP_FILE;
const resolution = 5;
const delay = monitorEventLoopDelay({ resolution });
if (file) {
  delay.enable();
  process.on('SIGUSR2', () => delay.reset());
  setInterval(() => {
    const late = (value: number): number => Math.max(0, value / 1e6 - resolution);
    const figures = {
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      max: late(delay.max),
    };
    writeFileSync(file, JSON.stringify({ ...figures, rss: process.memoryUsage.rss() }));
  }, 1000).unref();
}
