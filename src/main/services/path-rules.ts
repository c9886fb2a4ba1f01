import { isAbsolute, relative, sep } from 'node:path';

/** Names that mean a device on Windows in any folder, with any ending. */
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;

/** What is wrong with the text of a path, whatever is on disk; undefined when nothing is. */
export function pathFault(path: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (path.trim() === '') return 'is empty';
  if (path.length > 4096) return 'is too long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f]/.test(path)) return 'holds control characters';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) || /^file:/i.test(path)) return 'is an address, not a path';
  const windows = platform === 'win32';
  if (/^[\\/]{2}/.test(path)) return 'is a network or device path';
  if (!windows && (path.includes('\\') || /^[a-z]:/i.test(path))) return 'is a Windows path';
  const segments = path.split(windows ? /[\\/]/ : '/').filter((segment) => segment !== '' && segment !== '.');
  return segments.map((segment, index) => segmentFault(segment, windows && index === 0)).find(Boolean);
}

function segmentFault(segment: string, mayBeDrive: boolean): string | undefined {
  if (segment === '..') return 'leads upwards with ..';
  if (segment === '~') return 'starts at a home folder';
  if (deviceName.test(segment)) return 'names a device';
  if (Buffer.byteLength(segment) > 255) return 'has a name that is too long';
  // Windows drops these silently, so that two texts would mean one file; elsewhere such files exist and are kept out.
  if (/[. ]$/.test(segment)) return 'has a name that ends in a dot or a space';
  if (mayBeDrive && /^[a-z]:$/i.test(segment)) return undefined;
  return process.platform === 'win32' && segment.includes(':') ? 'names a stream of a file' : undefined;
}

/** Whether a path is a folder or lies below it, compared segment by segment: `/data2` is not below `/data`. */
export function liesWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way.split(sep)[0] !== '..' && !isAbsolute(way));
}

/** A name for an uploaded file: its last segment, without what any platform forbids. */
export function safeFileName(wish: string): string {
  const last = wish.split(/[\\/]/).at(-1) ?? '';
  const plain = last
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069<>:"|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const name = deviceName.test(plain) ? `_${plain}` : plain;
  return shorten(name || 'file');
}

/** At most 200 bytes, the ending kept; a numbered name still fits into the 255 that file systems take. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= 200) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  let stem = ending ? name.slice(0, dot) : name;
  while (Buffer.byteLength(stem + ending) > 200) stem = [...stem].slice(0, -1).join('');
  return stem + ending;
}

/** "orders.csv" and 2 give "orders (2).csv". */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
