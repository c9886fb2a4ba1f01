/** Names that Windows keeps for devices, whatever the extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A file name for an exported version, safe on every file system: `Orders by region v3.csv`. */
export function exportFileName(
  datasetName: string,
  version: number,
  { format, spreadsheetSafe }: { format: string; spreadsheetSafe: boolean },
): string {
  const plain = datasetName
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 60);
  const stem = plain === '' || deviceName.test(plain) ? `dataset ${plain}`.trim() : plain;
  return `${stem} v${version}${spreadsheetSafe ? ' spreadsheet' : ''}.${format}`;
}
