import { useQuery } from '@tanstack/react-query';
import { type ExportFormat, exportFormat } from '../../shared/contract/domain.ts';
import { orpc } from './client.ts';
import { useAppEvent } from './events.ts';

const labels: Readonly<Record<ExportFormat, string>> = {
  csv: 'CSV',
  json: 'JSON',
  ndjson: 'NDJSON',
  parquet: 'Parquet',
};

export interface ExportChoice {
  readonly format: ExportFormat;
  readonly label: string;
}

export const exportChoices: readonly ExportChoice[] = exportFormat.options.map((format) => ({
  format,
  label: labels[format],
}));

/** How rows may be exported; the format that Settings name comes first. */
export function useExportChoices(): readonly ExportChoice[] {
  const settings = useQuery(orpc.system.settings.queryOptions({ input: {} }));
  useAppEvent('settings.changed', () => void settings.refetch());
  const first = settings.data?.exportFormat;
  return [...exportChoices].sort((a, b) => Number(b.format === first) - Number(a.format === first));
}
