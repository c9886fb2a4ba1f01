import { type PostTools, post as postGuarded } from '../webhooks/post.ts';
import { type Channel, type ChannelSetup, patienceMilliseconds, Undelivered } from './channel.ts';
import type { Message } from './message.ts';

/** A webhook address that takes `{"text": ...}`: Slack's incoming webhooks and what follows them. */
export function chatChannel(tools: PostTools): Channel {
  return {
    unavailable: ({ secrets }) => (secrets.chatUrl ? undefined : 'Give the address of the chat webhook.'),
    async send(message, setup) {
      const { chatUrl, chatByKey } = setup.secrets;
      if (!chatUrl) throw new Undelivered('Give the address of the chat webhook.');
      const body = JSON.stringify({ text: textOf(message, setup) });
      if (chatByKey) return guarded(new URL(chatUrl), body, setup, tools);
      const answer = await post(chatUrl, body);
      if (answer.status >= 200 && answer.status < 300) return;
      const said = answer.text.trim() && ` It said: ${answer.text.trim().slice(0, 300)}`;
      throw new Undelivered(`${new URL(chatUrl).host} answered ${answer.status}.${said}`);
    },
  };
}

/** An address that a key gave is dialled like that of a key's webhook: judged when it is dialled. */
async function guarded(url: URL, body: string, setup: ChannelSetup, tools: PostTools): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const sent = { url, headers, body, policy: setup.guard(url) };
  const { error, message } = await postGuarded(sent, tools, AbortSignal.timeout(patienceMilliseconds));
  if (error !== null) throw new Undelivered(`${url.host}: ${message}`);
}

/** https://docs.slack.dev/messaging/formatting-message-text: three characters are escaped, links stand in <>. */
function textOf({ title, lines, route }: Message, { link }: ChannelSetup): string {
  const body = lines.map((line) =>
    line.route && line.route !== route
      ? `• ${escaped(line.text)} <${link(line.route)}|Open>`
      : escaped(line.text),
  );
  return [`*${escaped(title)}*`, ...body, `<${link(route)}|Open in Sluice>`].join('\n');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // The address is a secret: it goes nowhere but to its own server.
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    return { status: response.status, text: await beginning(response) };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    if (name === 'TimeoutError') throw new Undelivered(`${host} did not answer in time.`, { cause: error });
    const why = reasons[cause?.code ?? ''] ?? cause?.message ?? 'the connection failed';
    throw new Undelivered(`The message could not be sent to ${host}: ${why}.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'there is no server of that name',
  EAI_AGAIN: 'there is no server of that name',
  ECONNRESET: 'the connection was cut',
};

/** An answer of any length is read no further than it is shown. */
async function beginning(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > 1000) break;
  }
  return text;
}
