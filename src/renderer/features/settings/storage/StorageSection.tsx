import type { Settings } from '../../../../shared/contract/domain.ts';
import { ArchiveChoice } from './ArchiveChoice.tsx';
import { CleanUp } from './CleanUp.tsx';
import { DiskUse } from './DiskUse.tsx';
import { Limits } from './Limits.tsx';

/** What takes the disk, how long things stay, where they go before, and the clean-up itself. */
export function StorageSection({ settings }: { settings: Settings }) {
  return (
    <>
      <DiskUse />
      <Limits settings={settings} />
      <ArchiveChoice folder={settings.retention.archiveFolder} />
      <CleanUp archives={settings.retention.archiveFolder !== null} />
    </>
  );
}
