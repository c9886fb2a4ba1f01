import { SluiceError } from '../../shared/errors/sluice-error.ts';

/** Where something is sent, as far as its text tells; the address behind a name is judged at every dial. */
export function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wrong = (reason: string) => new SluiceError('invalid_input', { reason, field: 'url' });
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrong(
      'The address of a webhook starts with http:// or https://, such as https://example.com/hook.',
    );
  if (url.username !== '' || url.password !== '')
    throw wrong(
      'The address of a webhook may not hold a user name or password. Deliveries are signed instead.',
    );
  url.hash = '';
  return url;
}

/** `name:port`, as hosts are allowed and compared. */
export function hostKey(url: URL): string {
  return `${url.hostname.replace(/\.$/, '')}:${portOf(url)}`;
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** A host that the owner typed. Throws invalid_input. */
export function parseHost(text: string): string {
  const [, name = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text.trim()) ?? [];
  const address = `https://${name}:${port}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && url.username === '' && url.pathname === '/' && Number(port) > 0)
    return `${url.hostname.replace(/\.$/, '')}:${Number(port)}`;
  throw new SluiceError('invalid_input', {
    reason: `"${text}" is no host with a port. Write for example nas.local:8080 or 192.168.1.20:8080.`,
  });
}

/** What is typed on a command line: a host with its port, without one (the ports of http and https), or a whole address. */
export function parseHosts(text: string): string[] {
  const plain = text.trim();
  if (plain.includes('://')) return [hostKey(parseWebhookUrl(plain))];
  return /:\d+$/.test(plain) ? [parseHost(plain)] : [parseHost(`${plain}:80`), parseHost(`${plain}:443`)];
}
