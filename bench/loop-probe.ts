import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a server by `--import`: measures how late its event loop is. SIGUSR2 begins anew; the figures, in
 * milliseconds, are written to the file named by SLUICE_LOOP_FILE once a second.
 */
const file = process.env.SLUICE_LOOP_FILE;
const resolution = 5;
/** Processor milliseconds that main's thread spent between two ticks: its own part of being late. */
const worked: number[] = [];
const delay = monitorEventLoopDelay({ resolution });
if (file) {
  delay.enable();
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    worked.push((user + system) / 1000);
  }, resolution).unref();
  process.on('SIGUSR2', () => {
    delay.reset();
    worked.length = 0;
  });
  setInterval(() => {
    const late = (value: number): number => Math.max(0, value / 1e6 - resolution);
    const figures = {
      workP99: worked.sort((a, b) => a - b)[Math.floor(worked.length * 0.99)] ?? 0,
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      max: late(delay.max),
    };
    writeFileSync(file, JSON.stringify({ ...figures, rss: process.memoryUsage.rss() }));
  }, 1000).unref();
}
