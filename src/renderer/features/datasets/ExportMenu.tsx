import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ExportFormat } from '../../../shared/contract/domain.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useExportChoices } from '../../data/export-formats.ts';
import { followDownload } from '../../data/save-file.ts';
import { Button, DropdownMenu, formatBytes, toast } from '../../ui/index.ts';

interface ExportMenuProps {
  readonly datasetId: string;
  readonly versionId: string;
}
interface Choice {
  readonly format: ExportFormat;
  readonly spreadsheetSafe: boolean;
}

/** Writes a version as a file into the exports folder and hands it to the person. */
export function ExportMenu({ datasetId, versionId }: ExportMenuProps) {
  const exporting = useMutation({
    mutationFn: (choice: Choice) => client.datasets.exportFile({ id: datasetId, versionId, ...choice }),
    onSuccess: ({ fileName, path, bytes, downloadPath }) => {
      if (window.sluice) {
        toast.success(`Exported ${fileName}`, {
          description: `${formatBytes(bytes)} in ${path}`,
          action: { label: 'Show', run: () => void window.sluice?.showInFolder(path) },
        });
      } else {
        followDownload(downloadPath, fileName);
        toast.success(`Exported ${fileName}`, { description: `${formatBytes(bytes)}, also kept in ${path}` });
      }
    },
    onError: (error) => toast.error('Nothing was exported', { description: callError(error).message }),
  });
  const choices = useExportChoices();
  const item = (label: string, format: ExportFormat, spreadsheetSafe = false, note?: string) => ({
    label,
    note,
    onSelect: () => exporting.mutate({ format, spreadsheetSafe }),
  });
  return (
    <DropdownMenu
      align="end"
      trigger={
        <Button icon={Download} loading={exporting.isPending}>
          Export
        </Button>
      }
      items={choices.flatMap(({ format, label }) => [
        item(label, format, false, format === 'ndjson' ? 'One object a line' : undefined),
        format === 'csv' && item('CSV for spreadsheets', 'csv', true, 'Formulas defused'),
      ])}
    />
  );
}
