import { useQueryClient } from '@tanstack/react-query';
import type { DatasetSummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { RenameDialog } from '../../ui/index.ts';

export function RenameDataset({ dataset, close }: { dataset: DatasetSummary; close: () => void }) {
  const cache = useQueryClient();
  return (
    <RenameDialog
      title="Rename dataset"
      name={dataset.name}
      help="Pipelines find a dataset by its name: mend those that read or save this one."
      onRename={async (name) => {
        await client.datasets.rename({ id: dataset.id, name });
        await cache.invalidateQueries({ queryKey: orpc.datasets.key() });
      }}
      explain={(error) => callError(error).message}
      onClose={close}
    />
  );
}
