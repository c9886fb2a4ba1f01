import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ExportFormat, RunDetail } from '../../../../shared/contract/domain.ts';
import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { useExportChoices } from '../../../data/export-formats.ts';
import { followDownload } from '../../../data/save-file.ts';
import { Button, DropdownMenu, formatBytes, toast } from '../../../ui/index.ts';

type Output = RunDetail['outputs'][number];

interface Made {
  readonly path: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly downloadPath: string;
}

interface DownloadOutputProps {
  readonly run: RunDetail;
  readonly output: Output;
}

/** Hands an output to the person: a file as it is, a dataset's version in the format of their choice. */
export function DownloadOutput({ run, output }: DownloadOutputProps) {
  const { datasetId, versionId, nodeId, kind } = output;
  const choices = useExportChoices();
  const making = useMutation({
    mutationFn: (format: ExportFormat | undefined): Promise<Made> =>
      datasetId && versionId && format
        ? client.datasets.exportFile({ id: datasetId, versionId, format })
        : client.runs.downloadOutput({ id: run.id, nodeId }),
    onSuccess: hand,
    onError: (error) => toast.error('Nothing was downloaded', { description: callError(error).message }),
  });
  const button = (act?: () => void) => (
    <Button size="sm" icon={Download} loading={making.isPending} onClick={act}>
      Download
    </Button>
  );
  if (kind === 'file') return button(() => making.mutate(undefined));
  if (!datasetId || !versionId) return null;
  return (
    <DropdownMenu
      align="end"
      trigger={button()}
      items={choices.map(({ label, format }) => ({ label, onSelect: () => making.mutate(format) }))}
    />
  );
}

/** The browser downloads it; the desktop shows where it lies. */
function hand({ path, fileName, bytes, downloadPath }: Made): void {
  if (!window.sluice) {
    followDownload(downloadPath, fileName);
    return;
  }
  toast.success(`${fileName} is there`, {
    description: `${formatBytes(bytes)} in ${path}`,
    action: { label: 'Show', run: () => void window.sluice?.showInFolder(path) },
  });
}
