import type { Settings } from '../../../shared/contract/domain.ts';
import { SavedNumber } from './SavedNumber.tsx';
import { Section } from './Section.tsx';

const mebibyte = 1024 * 1024;

export function EngineSettings({ settings }: { settings: Settings }) {
  return (
    <Section title="Runs" help="These apply to runs that start from now on.">
      <div className="grid grid-cols-2 items-start gap-4">
        <SavedNumber
          label="Memory for one run"
          help="A run that needs more writes to disk, then fails with the reason."
          unit="MiB"
          min={128}
          value={Math.round(settings.runMemoryBytes / mebibyte)}
          change={(value) => ({ runMemoryBytes: value * mebibyte })}
        />
        <SavedNumber
          label="Threads for one run"
          help="More is faster, until other runs want the same cores."
          min={1}
          max={256}
          value={settings.runThreads}
          change={(value) => ({ runThreads: value })}
        />
        <SavedNumber
          label="Runs at the same time"
          help="Others wait in the queue."
          min={1}
          max={64}
          value={settings.concurrentRuns}
          change={(value) => ({ concurrentRuns: value })}
        />
      </div>
    </Section>
  );
}
