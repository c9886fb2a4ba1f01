/** Addresses that may leave the app to the system's own programs; every other scheme could start something. */
const allowed = new Set(['https:', 'mailto:']);
const longest = 2_000;

export function mayOpenOutside(address: string): boolean {
  const url = URL.parse(address);
  if (!url || address.length > longest || !allowed.has(url.protocol)) return false;
  return url.username === '' && url.password === '';
}
