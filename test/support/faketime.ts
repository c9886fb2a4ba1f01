import { writeFileSync } from 'node:fs';

/** What a process is started with to live by a clock that `setOffset` moves, at once and without it knowing. */
export function fakedClock(library: string, file: string) {
  const setOffset = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  setOffset(0);
  return {
    setOffset,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Timers go on as they do while somebody sets the clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}
