import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { NoticeSettings } from '../../../shared/contract/notices.ts';
import { type Channel, type ChannelSetup, patienceMilliseconds, Undelivered } from './channel.ts';
import type { Message } from './message.ts';

type Email = NoticeSettings['email'];

/** E-mail through the owner's own mail server. */
export function emailChannel(): Channel {
  return {
    unavailable: ({ settings: { email } }) =>
      email.host && email.from && email.to.length > 0
        ? undefined
        : 'Give the mail server, and who the e-mails come from and go to.',
    async send(message, setup) {
      const { email } = setup.settings;
      const transport = createTransport(transportOptions(setup));
      try {
        const sent = await transport.sendMail({
          from: email.from,
          to: [...email.to],
          subject: `Sluice: ${message.title}`,
          text: bodyOf(message, setup),
        });
        if (sent.rejected.length > 0)
          throw new Undelivered(`The mail server refused ${sent.rejected.map(String).join(', ')}.`);
      } catch (error) {
        if (error instanceof Undelivered) throw error;
        throw new Undelivered(inPlainWords(error, email), { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}

function transportOptions({ settings: { email }, secrets }: ChannelSetup): SMTPTransport.Options {
  return {
    host: email.host,
    port: email.port,
    secure: email.security === 'tls',
    requireTLS: email.security === 'starttls',
    ignoreTLS: email.security === 'none',
    ...(email.user !== '' && { auth: { user: email.user, pass: secrets.password ?? '' } }),
    connectionTimeout: patienceMilliseconds,
    greetingTimeout: patienceMilliseconds,
    socketTimeout: patienceMilliseconds,
    // A message holds text only: nothing may make it read files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function bodyOf({ lines, route }: Message, { link }: ChannelSetup): string {
  const paragraphs = lines.map((line) =>
    line.route && line.route !== route ? `${line.text}\n${link(line.route)}` : line.text,
  );
  return `${[...paragraphs, link(route)].join('\n\n')}\n`;
}

/** What went wrong, where, and what to do; the server's own words where it said some. */
function inPlainWords(error: unknown, { host, port, security }: Email): string {
  const { code, message, response, responseCode } = error as NodeJS.ErrnoException & {
    response?: string;
    responseCode?: number;
  };
  const server = `${host}:${port}`;
  const said = response ? ` It said: ${response.slice(0, 300)}` : '';
  const text = `${code ?? ''} ${message ?? ''}`;
  if (/certificate|self.signed|altname|CERT_|DEPTH_ZERO|SELF_SIGNED/i.test(text))
    return `The certificate of ${server} is not trusted: ${message}.`;
  if (/wrong version number|packet length|ssl3_get_record|SSL routines/i.test(text))
    return `${server} does not speak TLS from the first byte. Choose STARTTLS, or another port (often 465 for TLS).`;
  if (/ECONNREFUSED/.test(text)) return `Nothing answers at ${server}. Check the server and the port.`;
  if (/ENOTFOUND|EAI_AGAIN|EDNS/.test(text)) return `There is no server named ${host}. Check its name.`;
  if (/STARTTLS/i.test(message ?? '') && security === 'starttls')
    return `${server} offers no encryption (STARTTLS). Choose TLS with its port, or no encryption.`;
  if (code === 'EAUTH' || responseCode === 535)
    return `${server} did not accept the user and password.${said}`;
  if (code === 'EENVELOPE') return `${server} did not accept the sender or a receiver.${said}`;
  if (/ETIMEDOUT|Greeting never received|Timeout/i.test(text))
    return `${server} did not answer in time. Check the port: one for TLS waits for encryption to begin.`;
  if (response) return `${server} refused the message.${said}`;
  return `The message could not be handed to ${server}: ${message ?? String(error)}.`;
}
