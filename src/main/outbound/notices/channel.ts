import type { NoticeSettings } from '../../../shared/contract/notices.ts';
import type { NoticeSecrets } from '../../services/notices-service.ts';
import type { AddressPolicy } from '../webhooks/address-rules.ts';
import type { Message } from './message.ts';

export interface ChannelSetup {
  readonly settings: NoticeSettings;
  readonly secrets: NoticeSecrets;
  /** The whole address of a hash route. */
  link(route: string): string;
  /** What an address may reach that a key gave. */
  guard(url: URL): AddressPolicy;
}

/** One way to tell a person. */
export interface Channel {
  /** Undefined where it can be used; else why not, in a sentence. */
  unavailable(setup: ChannelSetup): string | undefined;
  /** Resolves when the message was taken. Throws `Undelivered` with a sentence. */
  send(message: Message, setup: ChannelSetup): Promise<void>;
}

/** Why a message was not taken, for the owner. */
export class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

/** How long a server may take with a message. */
export const patienceMilliseconds = 15_000;
