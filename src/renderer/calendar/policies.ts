import type { Option } from '../ui/index.ts';

type Missed = 'skip' | 'last' | 'all';
type Overlap = 'queue' | 'skip' | 'replace';

export const missedOptions: Option<Missed>[] = [
  { value: 'last', label: 'Make up the newest one' },
  { value: 'all', label: 'Make up all of them' },
  { value: 'skip', label: 'Leave them out' },
];

export const overlapOptions: Option<Overlap>[] = [
  { value: 'skip', label: 'Leave the new one out' },
  { value: 'queue', label: 'Wait for the earlier one' },
  { value: 'replace', label: 'Cancel the earlier one' },
];

/** Each choice spelled out. */
export const missedWords: Record<Missed, string> = {
  skip: 'Times that passed while Sluice was closed or the machine slept are written down as missed, and nothing is run for them.',
  last: 'One run makes up for all times that passed while Sluice was closed or the machine slept. The others are written down as missed.',
  all: 'Every time that passed is run, one after the other, oldest first; of more than 1,000 only the newest 1,000.',
};
export const overlapWords: Record<Overlap, string> = {
  skip: 'While a run of this schedule is under way, a new one is not started; the history says so.',
  queue: 'A new run waits until the earlier one has ended. Up to 1,000 wait.',
  replace:
    'The earlier run is cancelled, and the new one starts once it has ended. Made-up times that still wait are left out too.',
};
