import type { NoticeSettings } from '../../../shared/contract/notices.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';

/** Failures only, and only where they cost no set-up: the system's own messages. */
export const defaultNotices: NoticeSettings = {
  system: { on: true, events: ['failed', 'webhook', 'archive'] },
  email: {
    on: false,
    events: ['failed', 'webhook', 'archive'],
    host: '',
    port: 587,
    security: 'starttls',
    user: '',
    from: '',
    to: [],
  },
  chat: { on: false, events: ['failed', 'webhook', 'archive'] },
  muted: [],
};

export interface NoticeSecrets {
  readonly password?: string | undefined;
  readonly chatUrl?: string | undefined;
  /** A key gave the chat address: where it leads is judged at every dial. */
  readonly chatByKey?: boolean | undefined;
}

/** Throws `invalid_input` where a channel that is on cannot work as it is set; `mailLater` lets e-mail be on without its server. */
export function refuseUnfit(
  { email, chat }: NoticeSettings,
  secrets: NoticeSecrets,
  mailLater = false,
): void {
  if (secrets.chatUrl !== undefined) refuseChatUrl(secrets.chatUrl);
  for (const address of [email.from, ...email.to]) if (address !== '') refuseAddress(address);
  if (email.on && !mailLater) {
    if (email.host === '') throw unfit('Give the name of the mail server.');
    if (email.from === '') throw unfit('Give the address that e-mails come from.');
    if (email.to.length === 0) throw unfit('Give at least one address that e-mails go to.');
    if (email.user !== '' && !secrets.password) throw unfit('Give the password of the mail account.');
  }
  if (email.security === 'none' && email.user !== '' && email.host !== '' && !isLoopback(email.host))
    throw unfit('A password is not sent in the clear: choose TLS or STARTTLS, or leave the user empty.');
  if (chat.on && !secrets.chatUrl) throw unfit('Give the address of the chat webhook.');
}

function refuseAddress(address: string): void {
  if (!/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(address)) throw unfit(`"${address}" is no e-mail address.`);
}

/** The owner sets it, so it may lead to this machine; a secret address is not sent in the clear over a network. */
function refuseChatUrl(text: string): void {
  if (!URL.canParse(text)) throw unfit('The chat address is no web address. It begins with https://.');
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return;
  throw unfit('The chat address must begin with https://.');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A secret address as it may be shown: where it leads, and the end of it to tell two apart. */
export function maskedUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}/…${pathname.slice(-4)}`;
}

function unfit(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason });
}
